/** Probo's types, as its own entry names them. */

export type {
  Complaint,
  ComplaintFile,
  ComplaintProduct,
  ComplaintReason,
  ComplaintSolution,
  ComplaintStatus,
  MixedComplaint,
  MixedProduct,
  SubmittedComplaint,
} from "../../generated/types.js";
export type {
  ProboEndpoints as Endpoints,
  ProboGatewayOptions as GatewayOptions,
  ProboOptions as Options,
  ProboServerOptions as ServerOptions,
} from "../../marketplaces/probo.js";
