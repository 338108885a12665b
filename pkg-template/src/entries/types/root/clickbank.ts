/** ClickBank's types, as the root names them. */

export type {
  ClickBankAction,
  ClickBankCommentAction,
  ClickBankCommentRole,
  ClickBankCountTicketsParams,
  ClickBankCreateTicketParams,
  ClickBankGetRefundAmountsParams,
  ClickBankListTicketsParams,
  ClickBankReason,
  ClickBankRefundAmounts,
  ClickBankRefundType,
  ClickBankStatusFilter,
  ClickBankTicket,
  ClickBankTicketComment,
  ClickBankTicketRefundType,
  ClickBankTicketSource,
  ClickBankTicketStatus,
  ClickBankTickets,
  ClickBankTicketType,
  ClickBankTypeCode,
  ClickBankUpdateTicketParams,
} from "../../../generated/types.js";
export type {
  ClickBankEndpoints,
  ClickBankGatewayOptions,
  ClickBankOptions,
  ClickBankServerOptions,
  ClickBankTicketId,
  ClickBankXmlOptions,
} from "../../../marketplaces/clickbank.js";
