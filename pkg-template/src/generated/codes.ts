// Made from the Rust sources by `cargo xtask types`. Do not edit.

/** What the words for people about a violation must show of its figures, by its code. */
export interface ViolationSlots {
  required: never;
  too_short: "{min " | "{length ";
  too_long: "{max " | "{length ";
  too_few_items: "{min " | "{length ";
  too_many_items: "{max " | "{length ";
  not_digits: "{value}";
  too_many_digits: "{max " | "{length ";
  not_an_integer: never;
  not_a_decimal: "{value}";
  too_many_decimals: "{max " | "{value ";
  out_of_range: "{min}" | "{value}";
  percent_out_of_range: "{min percent}" | "{max percent}" | "{value ";
  zero_amount: "{value ";
  duplicate: "{value}";
  unknown_value: "{value}";
  invalid_id: "{value}";
  wrong_type: never;
  invalid_path_segment: never;
  invalid_key: never;
  invalid_receipt: "{value}";
  leading_wildcard: "{value}";
  invalid_email: "{value}";
  invalid_url: "{value}";
  invalid_date: "{value}";
  invalid_date_time: "{value}";
  invalid_holiday: "{value}";
  range_reversed: "{other field}";
  range_too_long: "{max " | "{length " | "{other field}";
  reason_of_other_type: never;
  refund_only: never;
  partial_only: never;
  no_partial_refund: never;
  change_only: never;
  url_too_long: "{max " | "{length ";
  not_later: never;
  action_not_allowed: never;
  more_violations: "{more ";
  files_required: never;
  too_many_files: "{max " | "{length ";
  file_missing: never;
  file_unreadable: never;
  empty_file: never;
  file_too_large: "{max bytes}" | "{size bytes}";
  too_large: never;
  invalid_filename: "{value}";
  duplicate_filename: "{value}";
  mime_type_mismatch: "{declared kind}" | "{found kind}";
  filename_mismatch: "{declared kind}" | "{found kind}" | "{file}";
  mime_type_not_allowed: "{value kind}" | "{known kinds}";
  unknown_file_type: "{allowed kinds}";
  file_type_not_allowed: "{allowed kinds}" | "{found kind}";
}

/** The codes of violations that are mistakes of a program: people can do nothing about them. */
export const PROGRAM_CODES =
  "unknown_field unknown_option misspelt_name duration_out_of_range too_deep unreadable unwritable_body invalid_path insecure_url credentials_in_url default_port foreign_link invalid_sort invalid_event_type data_url_scheme data_url_comma data_url_mime_type data_url_parameters data_url_not_base64 base64_whitespace base64_url_safe base64_character base64_padding base64_trailing_bits file_host_not_allowed reserved_header invalid_header_name invalid_header_value invalid_scope not_both no_sandbox no_consent no_such_route repeated_parameter unexpected_body nonce_required";

/** The marketplaces' methods that change nothing. */
export const READS =
  "countTickets downloadAttachment getMessage getPartialRefundDataSchema getRefundAmounts getReturn getTicket getTicketSchema getTransaction listEvents listMessages listReturns listTicketMessages listTickets listTransactions seller.downloadAttachment seller.listEvents";
