/** Probo's types, as the root names them. */

export type {
  Complaint as ProboComplaint,
  ComplaintFile as ProboComplaintFile,
  ComplaintProduct as ProboComplaintProduct,
  ComplaintReason as ProboComplaintReason,
  ComplaintSolution as ProboComplaintSolution,
  ComplaintStatus as ProboComplaintStatus,
  MixedComplaint as ProboMixedComplaint,
  MixedProduct as ProboMixedProduct,
  SubmittedComplaint as ProboSubmittedComplaint,
} from "../../../generated/types.js";
export type {
  ProboEndpoints,
  ProboGatewayOptions,
  ProboOptions,
  ProboServerOptions,
} from "../../../marketplaces/probo.js";
