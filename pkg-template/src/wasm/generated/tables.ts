// Made from the Rust sources by `cargo xtask types`. Do not edit.

import type { Param, Tables } from "../tables.js";

/** How deeply arguments may be nested. */
export const MAX_INPUT_DEPTH = 64;

/** How deeply an answer may be nested. */
export const MAX_ANSWER_DEPTH = 127;

/** Fields with which an answer may deny the success of its status. */
export const DENIAL_NAMES = [
  "error",
  "errors",
  "errorList",
  "exception",
  "fault",
  "success",
  "ok",
  "status",
  "statusCode",
  "status_code",
  "errorCode",
  "type",
] as const;

/** The time for a whole call in milliseconds, unless an option says otherwise. */
export const TOTAL_TIMEOUT_MS = 300000;

/** What to give in place of something that is no file. */
export const FILE_HINT =
  "give a `File`, a `Blob`, bytes, a `Response`, a stream, or one of them as `{ filename, content }`; of a path, `createReadStream(path)`, and of a text, `new TextEncoder().encode(text)`";

/** The most bytes of the files of one letter of a desk. */
export const MOST_FILE_BYTES = 26214400;

/** The headers with which a gateway and its client tell each other what they know. */
export const GATEWAY_HEADERS = {
  attempts: "x-seller-tickets-attempts",
  nonce: "x-seller-tickets-nonce",
  origin: "x-seller-tickets-origin",
  sent: "x-seller-tickets-sent",
} as const;

/** How often JTL asks to be polled for events, in milliseconds. */
export const JTL_SCX_INTERVAL_MS = 60000;

/** The settings of a gateway's client that need no check by the module. */
export const PLAIN_SETTINGS: Param[] = [
  [
    "baseUrl",
    [
      "like",
      "^(?:https://(?:[a-z0-9][a-z0-9-]*\\.)+[a-z]+|http://(?:localhost|127\\.0\\.0\\.1))(?::(?:[1-9]\\d{3}|[1-5]\\d{4}))?(?:/[\\w~-][\\w.~-]*)*$",
    ],
    false,
  ],
  ["gateway", ["flag"], false],
  ["allowUnknownValues", ["flag"], true],
  ["arrayEncoding", ["one_of", ["repeat", "comma", "brackets"]], true],
  ["timeoutMs", ["integer", 1, 2147483647], true],
  ["totalTimeoutMs", ["integer", 1, 2147483647], true],
  ["settleMs", ["integer", 1, 2147483647], true],
  ["maxRetries", ["integer", 0, 10], true],
];

/** The names and the values of headers that need no check, as regular expressions. */
export const PLAIN_HEADER = ["^(?:authorization|x-[a-z0-9-]+)$", "^[\\t -~]*$"] as const;

/** The operations of clickbank. */
export const CLICKBANK: Tables = {
  createTicket: { method: "POST", path: "/1.3/tickets/{receipt}", access: "write", positional: ["receipt"], arity: 2 },
  getTicket: {
    method: "GET",
    path: "/1.3/tickets/{id}",
    access: "read",
    positional: ["id"],
    arity: 1,
    rules: [["id", ["like", "^[0-9]{1,19}$"], false]],
  },
  updateTicket: { method: "PUT", path: "/1.3/tickets/{id}", access: "write", positional: ["id"], arity: 2 },
  confirmReturn: {
    method: "POST",
    path: "/1.3/tickets/{id}/returned",
    access: "write",
    positional: ["id"],
    arity: 1,
    rules: [["id", ["like", "^[0-9]{1,19}$"], false]],
  },
  listTickets: {
    method: "GET",
    path: "/1.3/tickets/list",
    access: "read",
    positional: [],
    arity: 1,
    rules: [
      ["type", ["one_of", ["rfnd", "cncl", "tech"]], true],
      ["status", ["one_of", ["open", "reopened", "closed"]], true],
      ["receipt", ["like", "^[0-9A-Za-z-]{4}[0-9A-Za-z%-]{0,60}$"], true],
      ["createDateFrom", ["code"], true],
      ["createDateTo", ["code"], true],
      ["updateDateFrom", ["code"], true],
      ["updateDateTo", ["code"], true],
      ["closeDateFrom", ["code"], true],
      ["closeDateTo", ["code"], true],
      ["page", ["integer", 1, 9223372036854775807], true],
    ],
  },
  countTickets: {
    method: "GET",
    path: "/1.3/tickets/count",
    access: "read",
    positional: [],
    arity: 1,
    rules: [
      ["type", ["one_of", ["rfnd", "cncl", "tech"]], true],
      ["status", ["one_of", ["open", "reopened", "closed"]], true],
      ["receipt", ["like", "^[0-9A-Za-z-]{4}[0-9A-Za-z%-]{0,60}$"], true],
    ],
  },
  getRefundAmounts: {
    method: "GET",
    path: "/1.3/tickets/refundAmounts/{receipt}",
    access: "read",
    positional: ["receipt"],
    arity: 2,
  },
  getTicketSchema: { method: "GET", path: "/1.3/tickets/schema", access: "read", positional: [], arity: 0, rules: [] },
  getPartialRefundDataSchema: {
    method: "GET",
    path: "/1.3/tickets/partialRefundDataSchema",
    access: "read",
    positional: [],
    arity: 0,
    rules: [],
  },
};

/** The operations of jtl-scx. */
export const JTL_SCX: Tables = {
  createTicket: {
    method: "POST",
    path: "/v1/channel/ticket",
    access: "write",
    positional: [],
    arity: 1,
    rules: [
      ["sellerId", ["like", "^\\w{1,50}$"], false],
      ["ticketId", ["text", 1, 256], false],
      ["topic", ["one_of", ["QUESTION", "FEEDBACK", "DELIVERY", "RETURN", "REFUND", "INCIDENT"]], false],
      [
        "createdAt",
        ["like", "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\dZ$"],
        false,
      ],
      [
        "from",
        [
          "object",
          [
            ["role", ["one_of", ["BUYER", "SELLER", "CHANNEL"]], false],
            ["name", ["text", 0, 100], true],
          ],
        ],
        false,
      ],
      ["subject", ["text", 1, 1024], false],
      ["message", ["text", 1, 1024], false],
      [
        "reference",
        [
          "object",
          [
            ["type", ["one_of", ["OFFER", "CHANNELOFFER", "ORDERID", "ORDERITEMID"]], false],
            ["id", ["text", 1, 18446744073709551615], false],
          ],
        ],
        true,
      ],
      ["replyRequested", ["flag"], true],
      ["attachment", ["code"], true],
      ["files", ["code"], true],
    ],
  },
  uploadAttachment: {
    method: "POST",
    path: "/v1/channel/ticket/attachment",
    access: "write",
    positional: [],
    arity: 1,
    rules: [
      ["sellerId", ["like", "^\\w{1,50}$"], false],
      ["ticketId", ["text", 1, 256], false],
      ["filename", ["like", "^(?=.{3,256}$)\\w+\\.\\w{1,10}$"], true],
      ["file", ["code"], false],
    ],
  },
  downloadAttachment: {
    method: "GET",
    path: "/v1/channel/ticket/attachment",
    access: "read",
    positional: [],
    arity: 1,
    rules: [
      ["sellerId", ["like", "^\\w{1,50}$"], false],
      ["ticketId", ["text", 1, 256], false],
      ["filename", ["text", 1, 256], false],
    ],
  },
  listEvents: {
    method: "GET",
    path: "/v1/channel/event",
    access: "read",
    positional: [],
    arity: 1,
    rules: [
      [
        "createdAfter",
        [
          "like",
          "^\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$",
        ],
        true,
      ],
      [
        "eventTypeFilter",
        ["list", ["like", "^(?:Seller:Ticket\\.Reply|System:Test|System:Notification)$"], false, false],
        true,
      ],
    ],
    answer: {
      eventList: [
        [
          {
            id: ["text", false],
            createdAt: ["text", true],
            type: ["text", false],
            event: ["any", true],
            clientVersion: ["text", true],
          },
        ],
        true,
      ],
    },
  },
  acknowledgeEvents: {
    method: "DELETE",
    path: "/v1/channel/event",
    access: "write",
    positional: ["eventIdList"],
    arity: 1,
  },
  "seller.replyToTicket": {
    method: "POST",
    path: "/v1/seller/ticket",
    access: "write",
    positional: [],
    arity: 1,
    rules: [
      ["channel", ["like", "^\\w{5,15}$"], false],
      ["sellerId", ["like", "^\\w{1,50}$"], false],
      ["ticketId", ["text", 1, 256], false],
      [
        "createdAt",
        ["like", "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\dZ$"],
        false,
      ],
      [
        "from",
        [
          "object",
          [
            ["role", ["one_of", ["BUYER", "SELLER", "CHANNEL"]], false],
            ["name", ["text", 0, 100], true],
          ],
        ],
        false,
      ],
      ["message", ["text", 1, 1024], false],
      ["replyRequested", ["flag"], true],
      ["attachment", ["code"], true],
      ["files", ["code"], true],
    ],
  },
  "seller.uploadAttachment": {
    method: "POST",
    path: "/v1/seller/ticket/attachment/{channel}",
    access: "write",
    positional: [],
    arity: 1,
    rules: [
      ["channel", ["like", "^\\w{5,15}$"], false],
      ["sellerId", ["like", "^\\w{1,50}$"], false],
      ["ticketId", ["text", 1, 256], false],
      ["filename", ["like", "^(?=.{3,256}$)\\w+\\.\\w{1,10}$"], true],
      ["file", ["code"], false],
    ],
  },
  "seller.downloadAttachment": {
    method: "GET",
    path: "/v1/seller/ticket/attachment/{channel}",
    access: "read",
    positional: [],
    arity: 1,
    rules: [
      ["channel", ["like", "^\\w{5,15}$"], false],
      ["sellerId", ["like", "^\\w{1,50}$"], false],
      ["ticketId", ["text", 1, 256], false],
      ["filename", ["text", 1, 256], false],
    ],
  },
  "seller.listEvents": {
    method: "GET",
    path: "/v2/seller/event",
    access: "read",
    positional: [],
    arity: 1,
    rules: [
      [
        "createdAfter",
        [
          "like",
          "^\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$",
        ],
        true,
      ],
      ["eventTypeFilter", ["list", ["like", "^[^,]+$"], false, false], true],
      ["channel", ["like", "^\\w{5,15}$"], true],
    ],
    answer: {
      eventList: [
        [
          {
            id: ["text", false],
            createdAt: ["text", true],
            type: ["text", false],
            event: ["any", true],
            clientVersion: ["text", true],
          },
        ],
        true,
      ],
    },
  },
  "seller.acknowledgeEvents": {
    method: "DELETE",
    path: "/v1/seller/event",
    access: "write",
    positional: ["eventIdList"],
    arity: 1,
  },
};

/** The operations of kaufland. */
export const KAUFLAND: Tables = {
  listTickets: {
    method: "GET",
    path: "/tickets",
    access: "read",
    positional: [],
    arity: 1,
    rules: [
      [
        "status",
        [
          "list",
          ["one_of", ["opened", "buyer_closed", "seller_closed", "both_closed", "customer_service_closed_final"]],
          false,
          false,
        ],
        true,
      ],
      [
        "open_reason",
        [
          "list",
          [
            "one_of",
            ["product_not_as_described", "product_defect", "product_not_delivered", "product_return", "contact_other"],
          ],
          false,
          false,
        ],
        true,
      ],
      [
        "topic",
        [
          "list",
          [
            "one_of",
            [
              "order_cancel",
              "order_product_defect",
              "order_other_question",
              "delivery_not_received",
              "delivery_delayed",
              "delivery_wrong_products",
              "delivery_parts_missing",
              "delivery_change_address",
              "delivery_to_store",
              "delivery_other_question",
              "return_check_status",
              "return_request_label",
              "issue_paypal",
              "issue_klarna",
              "issue_creditcard",
              "issue_sofort",
              "issue_consorsfinanz",
              "issue_cashinadvance",
              "issue_payback",
              "issue_barzahlen",
              "issue_coupon",
              "invoice_needed",
              "admonition",
              "account_newsletter",
              "account_login",
              "account_cancel",
              "account_other",
              "account_age_verification",
              "product_properties",
              "product_availability",
              "product_other_question",
              "account_cash_out_balance",
              "old_device_take_back",
              "other_question",
              "fraud",
              "issue_googlepay",
              "issue_applepay",
              "issue_click_to_pay",
              "invoice_problem",
              "issue_blik",
              "kaufland_card",
              "cs_nagative_rating",
            ],
          ],
          false,
          false,
        ],
        true,
      ],
      ["storefront", ["list", ["one_of", ["de", "cz", "sk", "pl", "at", "fr", "it", "es", "nl"]], false, false], true],
      [
        "fulfillment_type",
        ["list", ["one_of", ["fulfilled_by_merchant", "fulfilled_by_kaufland"]], false, false],
        true,
      ],
      ["id_buyer", ["integer", 1, 2147483647], true],
      [
        "ts_created_from_iso",
        [
          "like",
          "^\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$",
        ],
        true,
      ],
      [
        "ts_updated_from_iso",
        [
          "like",
          "^\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$",
        ],
        true,
      ],
      ["sort", ["one_of", ["ts_created_iso:desc", "ts_updated_iso:desc"]], true],
      ["limit", ["integer", 1, 30], true],
      ["offset", ["integer", 0, 2147483647], true],
    ],
    answer: {
      data: [
        [
          {
            id_ticket: ["text", false],
            ids_order_units: [["integer"], false],
            id_buyer: ["integer", true],
            ts_created_iso: ["text", false],
            ts_updated_iso: ["text", false],
            status: ["text", false],
            open_reason: ["text", false],
            topic: ["text", true],
            is_seller_responsible: ["boolean", false],
            fulfillment_type: ["text", false],
          },
        ],
        false,
      ],
      pagination: [{ offset: ["integer", false], limit: ["integer", false], total: ["integer", false] }, true],
    },
  },
  getTicket: {
    method: "GET",
    path: "/tickets/{id_ticket}",
    access: "read",
    positional: ["id_ticket"],
    arity: 2,
    rules: [
      ["id_ticket", ["like", "^\\d{1,20}$"], false],
      ["embedded", ["list", ["one_of", ["buyer", "product", "messages", "order_units", "files"]], false, false], true],
    ],
    answer: {
      data: [
        {
          id_ticket: ["text", false],
          ids_order_units: [["integer"], false],
          id_buyer: ["integer", true],
          ts_created_iso: ["text", false],
          ts_updated_iso: ["text", false],
          status: ["text", false],
          open_reason: ["text", false],
          topic: ["text", true],
          is_seller_responsible: ["boolean", false],
          fulfillment_type: ["text", false],
          storefront: ["text", true],
          messages: [
            [
              {
                id_ticket_message: ["integer", false],
                id_ticket: ["text", false],
                author: [{ role: ["text", false], name: ["text", true] }, false],
                text: ["text", false],
                ts_created_iso: ["text", false],
              },
            ],
            true,
          ],
          order_units: [
            [
              {
                id_order_unit: ["integer", false],
                id_order: ["text", false],
                status: ["text", false],
                ts_created_iso: ["text", true],
                ts_updated_iso: ["text", true],
                is_marketplace_deemed_supplier: ["boolean", true],
                price: ["integer", true],
                revenue_gross: ["integer", true],
                revenue_net: ["integer", true],
                shipping_rate: ["integer", true],
                currency: ["text", true],
                discounts: [[{ usage_type: ["text", true], discount_value: ["integer", true] }], true],
                id_offer: ["text", true],
                note: ["text", true],
                unit_condition: ["text", true],
                storefront: ["text", true],
                delivery_time_min: ["integer", true],
                delivery_time_max: ["integer", true],
                delivery_time_expires_iso: ["text", true],
                order_received_timestamp_iso: ["text", true],
                cancel_reason: ["text", true],
                fulfillment_type: ["text", true],
                buyer: [{ id_buyer: ["integer", false], email: ["text", true] }, true],
                billing_address: [
                  {
                    first_name: ["text", true],
                    last_name: ["text", true],
                    company_name: ["text", true],
                    street: ["text", true],
                    house_number: ["text", true],
                    postcode: ["text", true],
                    additional_field: ["text", true],
                    city: ["text", true],
                    phone: ["text", true],
                    country: ["text", true],
                  },
                  true,
                ],
                shipping_address: [
                  {
                    first_name: ["text", true],
                    last_name: ["text", true],
                    company_name: ["text", true],
                    street: ["text", true],
                    house_number: ["text", true],
                    postcode: ["text", true],
                    additional_field: ["text", true],
                    city: ["text", true],
                    phone: ["text", true],
                    country: ["text", true],
                  },
                  true,
                ],
                product: [
                  {
                    id_product: ["integer", false],
                    storefront: ["text", true],
                    title: ["text", true],
                    eans: [["text"], true],
                    id_category: ["integer", true],
                    main_picture: ["text", true],
                    manufacturer: ["text", true],
                    url: ["text", true],
                    age_rating: ["number", true],
                    is_valid: ["boolean", true],
                    dangerous_goods_li_shipping: ["text", true],
                    danger_label_9A: ["text", true],
                  },
                  true,
                ],
                vat: ["number", true],
                eco_fee: ["integer", true],
                packaging_fee: ["integer", true],
              },
            ],
            true,
          ],
          buyer: [{ id_buyer: ["integer", false], email: ["text", true] }, true],
          product: [
            {
              id_product: ["integer", false],
              storefront: ["text", true],
              title: ["text", true],
              eans: [["text"], true],
              id_category: ["integer", true],
              main_picture: ["text", true],
              manufacturer: ["text", true],
              url: ["text", true],
              age_rating: ["number", true],
              is_valid: ["boolean", true],
              dangerous_goods_li_shipping: ["text", true],
              danger_label_9A: ["text", true],
            },
            true,
          ],
          files: [[{ filename: ["text", false], ts_created_iso: ["text", false], uri: ["text", false] }], true],
        },
        false,
      ],
    },
  },
  openTicket: {
    method: "POST",
    path: "/tickets",
    access: "write",
    positional: [],
    arity: 1,
    rules: [
      ["id_order_unit", ["list", ["integer", 1, 9223372036854775807], true, true], false],
      [
        "reason",
        [
          "one_of",
          ["product_not_as_described", "product_defect", "product_not_delivered", "product_return", "contact_other"],
        ],
        false,
      ],
      ["message", ["text", 1, 18446744073709551615], false],
    ],
    answer: { data: [{ id_ticket: ["text", false] }, false] },
  },
  createTicketMessage: {
    method: "POST",
    path: "/tickets/{id_ticket}/messages",
    access: "write",
    positional: ["id_ticket"],
    arity: 2,
    rules: [
      ["id_ticket", ["like", "^\\d{1,20}$"], false],
      ["text", ["text", 1, 65535], false],
      ["interim_notice", ["flag"], true],
      ["ticket_message_files", ["list", ["code"], false, false], true],
    ],
  },
  closeTicket: {
    method: "PATCH",
    path: "/tickets/{id_ticket}/close",
    access: "write",
    positional: ["id_ticket"],
    arity: 1,
    rules: [["id_ticket", ["like", "^\\d{1,20}$"], false]],
  },
  listTicketMessages: {
    method: "GET",
    path: "/tickets/messages",
    access: "read",
    positional: [],
    arity: 1,
    rules: [
      [
        "fulfillment_type",
        ["list", ["one_of", ["fulfilled_by_merchant", "fulfilled_by_kaufland"]], false, false],
        true,
      ],
      [
        "ts_created_from_iso",
        [
          "like",
          "^\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$",
        ],
        true,
      ],
      ["sort", ["one_of", ["ts_created_iso:desc", "ts_created_iso:asc"]], true],
      ["limit", ["integer", 1, 30], true],
      ["offset", ["integer", 0, 2147483647], true],
    ],
    answer: {
      data: [
        [
          {
            id_ticket_message: ["integer", false],
            id_ticket: ["text", false],
            author: [{ role: ["text", false], name: ["text", true] }, false],
            text: ["text", false],
            ts_created_iso: ["text", false],
          },
        ],
        false,
      ],
      pagination: [{ offset: ["integer", false], limit: ["integer", false], total: ["integer", false] }, true],
    },
  },
};

/** The operations of magalu. */
export const MAGALU: Tables = {
  createTicket: {
    method: "POST",
    path: "/seller/v0/tickets",
    access: "write",
    positional: [],
    arity: 1,
    rules: [
      ["type", ["one_of", ["cancellation", "payment", "shipping"]], false],
      [
        "channel",
        [
          "object",
          [
            ["id", ["like", "[!-~]"], false],
            ["alias", ["like", "[!-~]"], false],
          ],
        ],
        false,
      ],
      [
        "order",
        [
          "object",
          [
            ["id", ["like", "[!-~]"], false],
            ["code", ["like", "[!-~]"], false],
            [
              "delivery",
              [
                "object",
                [
                  ["id", ["like", "[!-~]"], false],
                  [
                    "seller",
                    [
                      "object",
                      [
                        ["id", ["like", "[!-~]"], false],
                        ["name", ["like", "[!-~]"], false],
                      ],
                    ],
                    false,
                  ],
                  [
                    "items",
                    [
                      "list",
                      [
                        "object",
                        [
                          ["id", ["like", "[!-~]"], false],
                          ["sku", ["like", "[!-~]"], false],
                          ["external_sku", ["text", 0, 18446744073709551615], false],
                          ["name", ["like", "[!-~]"], false],
                          ["description", ["text", 0, 18446744073709551615], false],
                          ["image", ["text", 0, 18446744073709551615], false],
                          ["quantity", ["integer", 1, 9223372036854775807], false],
                        ],
                      ],
                      true,
                      false,
                    ],
                    false,
                  ],
                ],
              ],
              false,
            ],
          ],
        ],
        false,
      ],
      [
        "reason",
        [
          "one_of",
          [
            "shipping_delay",
            "price_discrepancy",
            "incorrect_product",
            "missing_damaged_parts",
            "duplicated_order",
            "payment_issue",
            "quality_concern",
            "change_of_mind",
            "unavailability",
            "customer_error",
            "unexpected_circumstances",
            "shipping_address_issues",
            "general",
            "payment_authorization_failure",
            "payment_discrepancy",
          ],
        ],
        false,
      ],
      ["code", ["like", "[!-~]"], true],
    ],
    answer: { transaction_id: ["text", false], links: [[{ path: ["text", true] }], true] },
  },
  listTickets: {
    method: "GET",
    path: "/seller/v0/tickets",
    access: "read",
    positional: [],
    arity: 1,
    rules: [
      ["status", ["like", "[!-~]"], true],
      ["code", ["like", "[!-~]"], true],
      ["ticket_id", ["like", "[!-~]"], true],
      ["order__id", ["like", "[!-~]"], true],
      ["order__code", ["like", "[!-~]"], true],
      ["channel__id", ["like", "[!-~]"], true],
      ["channel__alias", ["like", "[!-~]"], true],
      ["protocol", ["like", "[!-~]"], true],
      ["created_at_gte", ["code"], true],
      ["created_at_lte", ["code"], true],
      ["updated_at_gte", ["code"], true],
      ["updated_at_lte", ["code"], true],
      ["due_date_gte", ["code"], true],
      ["due_date_lte", ["code"], true],
      ["_sort", ["like", "^\\w+:(?:asc|desc)(?:,\\w+:(?:asc|desc))*$"], true],
      ["_limit", ["integer", 1, 100], true],
      ["_offset", ["code"], true],
    ],
    answer: {
      meta: [
        {
          page: [
            {
              limit: ["integer", true],
              offset: ["integer", true],
              count: ["integer", true],
              max_limit: ["integer", true],
            },
            true,
          ],
          links: [{}, true],
        },
        true,
      ],
      results: [
        [
          {
            id: ["text", false],
            code: ["text", true],
            type: ["text", false],
            status: ["text", false],
            closed: ["boolean", true],
            reason: ["text", true],
            protocol: ["text", true],
            due_date: ["text", true],
            origin: ["text", true],
            created_at: ["text", false],
            updated_at: ["text", false],
            channel: [{ id: ["text", true], alias: ["text", true] }, true],
            order: [
              {
                id: ["text", true],
                code: ["text", true],
                delivery: [
                  {
                    id: ["text", true],
                    seller: [{ id: ["text", true], name: ["text", true] }, true],
                    items: [
                      [
                        {
                          id: ["text", true],
                          sku: ["text", true],
                          external_sku: ["text", true],
                          name: ["text", true],
                          description: ["text", true],
                          image: ["text", true],
                          quantity: ["any", true],
                        },
                      ],
                      true,
                    ],
                  },
                  true,
                ],
              },
              true,
            ],
          },
        ],
        false,
      ],
    },
    times: ["results", "updated_at"],
  },
  getTicket: {
    method: "GET",
    path: "/seller/v0/tickets/{ticket_id}",
    access: "read",
    positional: ["ticket_id"],
    arity: 1,
    rules: [["ticket_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false]],
    answer: {
      id: ["text", false],
      code: ["text", true],
      type: ["text", false],
      status: ["text", false],
      closed: ["boolean", true],
      reason: ["text", true],
      protocol: ["text", true],
      due_date: ["text", true],
      origin: ["text", true],
      created_at: ["text", false],
      updated_at: ["text", false],
      channel: [{ id: ["text", true], alias: ["text", true] }, true],
      order: [
        {
          id: ["text", true],
          code: ["text", true],
          delivery: [
            {
              id: ["text", true],
              seller: [{ id: ["text", true], name: ["text", true] }, true],
              items: [
                [
                  {
                    id: ["text", true],
                    sku: ["text", true],
                    external_sku: ["text", true],
                    name: ["text", true],
                    description: ["text", true],
                    image: ["text", true],
                    quantity: ["any", true],
                  },
                ],
                true,
              ],
            },
            true,
          ],
        },
        true,
      ],
    },
  },
  listMessages: {
    method: "GET",
    path: "/seller/v0/tickets/{ticket_id}/messages",
    access: "read",
    positional: ["ticket_id"],
    arity: 2,
    rules: [
      ["ticket_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
      ["has_attachment", ["flag"], true],
      ["_sort", ["like", "^\\w+:(?:asc|desc)(?:,\\w+:(?:asc|desc))*$"], true],
      ["_limit", ["integer", 1, 100], true],
      ["_offset", ["code"], true],
    ],
    answer: {
      meta: [
        {
          page: [
            {
              limit: ["integer", true],
              offset: ["integer", true],
              count: ["integer", true],
              max_limit: ["integer", true],
            },
            true,
          ],
          links: [{}, true],
        },
        true,
      ],
      results: [
        [
          {
            id: ["text", false],
            message: ["text", false],
            code: ["text", true],
            ticket: [{ id: ["text", true] }, true],
            sender: [
              {
                id: ["text", true],
                name: ["text", true],
                type: ["text", true],
                owner: [{ name: ["text", true], code: ["text", true] }, true],
              },
              true,
            ],
            moderation: [
              { id: ["text", true], status: ["text", true], block_rules: [["any"], true], updated_at: ["text", true] },
              true,
            ],
            attachments: [
              [
                {
                  id: ["text", true],
                  file_name: ["text", true],
                  file_extension: ["text", true],
                  file_type: ["text", true],
                },
              ],
              true,
            ],
            destination: ["text", true],
            created_at: ["text", true],
            updated_at: ["text", true],
          },
        ],
        false,
      ],
    },
  },
  getMessage: {
    method: "GET",
    path: "/seller/v0/tickets/{ticket_id}/messages/{message_id}",
    access: "read",
    positional: ["ticket_id", "message_id"],
    arity: 2,
    rules: [
      ["ticket_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
      ["message_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
    ],
    answer: {
      id: ["text", false],
      message: ["text", false],
      code: ["text", true],
      ticket: [{ id: ["text", true] }, true],
      sender: [
        {
          id: ["text", true],
          name: ["text", true],
          type: ["text", true],
          owner: [{ name: ["text", true], code: ["text", true] }, true],
        },
        true,
      ],
      moderation: [
        { id: ["text", true], status: ["text", true], block_rules: [["any"], true], updated_at: ["text", true] },
        true,
      ],
      attachments: [
        [{ id: ["text", true], file_name: ["text", true], file_extension: ["text", true], file_type: ["text", true] }],
        true,
      ],
      destination: ["text", true],
      created_at: ["text", true],
      updated_at: ["text", true],
    },
  },
  createMessage: {
    method: "POST",
    path: "/seller/v0/tickets/{ticket_id}/messages",
    access: "write",
    positional: ["ticket_id"],
    arity: 2,
    rules: [
      ["ticket_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
      ["message", ["text", 1, 3000], false],
      ["destination", ["one_of", ["customer", "channel", "seller"]], false],
      [
        "owner",
        [
          "object",
          [
            ["code", ["like", "[!-~]"], false],
            ["name", ["like", "[!-~]"], false],
          ],
        ],
        false,
      ],
      ["code", ["like", "[!-~]"], true],
      [
        "attachments",
        [
          "list",
          [
            "object",
            [
              ["file_name", ["like", "[!-~]"], false],
              ["file_extension", ["like", "[!-~]"], false],
              ["file_type", ["like", "[!-~]"], false],
            ],
          ],
          false,
          false,
        ],
        true,
      ],
      ["file", ["code"], true],
    ],
  },
  downloadAttachment: {
    method: "GET",
    path: "/seller/v0/tickets/{ticket_id}/messages/{message_id}/attachments/{attachment_id}",
    access: "read",
    positional: ["ticket_id", "message_id", "attachment_id"],
    arity: 3,
    rules: [
      ["ticket_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
      ["message_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
      ["attachment_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
    ],
  },
  listEvents: {
    method: "GET",
    path: "/seller/v0/tickets/{ticket_id}/events",
    access: "read",
    positional: ["ticket_id"],
    arity: 2,
    rules: [
      ["ticket_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
      [
        "type",
        [
          "one_of",
          [
            "product_sent",
            "return_info_sent",
            "authorize_refund",
            "product_received",
            "exchange_product_received",
            "refunded",
            "added_bank_account",
            "sla_waiting_customer_expired",
            "rejection_reason",
            "valid_bank_account",
            "waiting_seller_pickup",
            "seller_already_pickedup",
            "waiting_pickup_schedule",
            "sensitive_data_identified",
            "sensitive_data_saved",
            "return_invoice",
            "cancel_invoice",
            "delivery",
            "withdrawn_product",
            "waiting_picked_up",
            "validating_return_invoice",
            "waiting_refund_release",
          ],
        ],
        true,
      ],
      ["created_at_gte", ["code"], true],
      ["created_at_lte", ["code"], true],
      ["_sort", ["like", "^\\w+:(?:asc|desc)(?:,\\w+:(?:asc|desc))*$"], true],
      ["_limit", ["integer", 1, 100], true],
      ["_offset", ["code"], true],
    ],
    answer: {
      meta: [
        {
          page: [
            {
              limit: ["integer", true],
              offset: ["integer", true],
              count: ["integer", true],
              max_limit: ["integer", true],
            },
            true,
          ],
          links: [{}, true],
        },
        true,
      ],
      results: [
        [
          {
            id: ["text", false],
            code: ["text", true],
            ticket_id: ["text", true],
            type: ["text", false],
            created_at: ["text", true],
            updated_at: ["text", true],
            created_by: ["any", true],
            updated_by: ["any", true],
          },
        ],
        false,
      ],
    },
  },
  createEvent: {
    method: "POST",
    path: "/seller/v0/tickets/{ticket_id}/events",
    access: "write",
    positional: ["ticket_id"],
    arity: 2,
    rules: [
      ["ticket_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
      [
        "type",
        [
          "one_of",
          [
            "product_sent",
            "return_info_sent",
            "authorize_refund",
            "product_received",
            "exchange_product_received",
            "refunded",
            "added_bank_account",
            "sla_waiting_customer_expired",
            "rejection_reason",
            "valid_bank_account",
            "waiting_seller_pickup",
            "seller_already_pickedup",
            "waiting_pickup_schedule",
            "sensitive_data_identified",
            "sensitive_data_saved",
            "return_invoice",
            "cancel_invoice",
            "delivery",
            "withdrawn_product",
            "waiting_picked_up",
            "validating_return_invoice",
            "waiting_refund_release",
          ],
        ],
        false,
      ],
      ["code", ["like", "[!-~]"], true],
    ],
  },
  listReturns: {
    method: "GET",
    path: "/seller/v0/tickets/{ticket_id}/returns",
    access: "read",
    positional: ["ticket_id"],
    arity: 2,
    rules: [
      ["ticket_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
      ["reverse_code", ["like", "[!-~]"], true],
      ["valid_for_days", ["integer", 0, 9223372036854775807], true],
      ["created_at_gte", ["code"], true],
      ["created_at_lte", ["code"], true],
      ["_sort", ["like", "^\\w+:(?:asc|desc)(?:,\\w+:(?:asc|desc))*$"], true],
      ["_limit", ["integer", 1, 100], true],
      ["_offset", ["code"], true],
    ],
    answer: {
      meta: [
        {
          page: [
            {
              limit: ["integer", true],
              offset: ["integer", true],
              count: ["integer", true],
              max_limit: ["integer", true],
            },
            true,
          ],
          links: [{}, true],
        },
        true,
      ],
      results: [
        [
          {
            id: ["text", false],
            ticket_id: ["text", true],
            reverse_code: ["text", true],
            created_at: ["text", true],
            updated_at: ["text", true],
          },
        ],
        false,
      ],
    },
  },
  createReturn: {
    method: "POST",
    path: "/seller/v0/tickets/{ticket_id}/returns",
    access: "write",
    positional: ["ticket_id"],
    arity: 2,
    rules: [
      ["ticket_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
      ["code", ["like", "[!-~]"], true],
    ],
  },
  getReturn: {
    method: "GET",
    path: "/seller/v0/tickets/{ticket_id}/returns/{return_id}",
    access: "read",
    positional: ["ticket_id", "return_id"],
    arity: 2,
    rules: [
      ["ticket_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
      ["return_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false],
    ],
    answer: {
      id: ["text", false],
      ticket_id: ["text", true],
      reverse_code: ["text", true],
      created_at: ["text", true],
      updated_at: ["text", true],
    },
  },
  getTransaction: {
    method: "GET",
    path: "/seller/v0/transactions/{transaction_id}",
    access: "read",
    positional: ["transaction_id"],
    arity: 1,
    rules: [["transaction_id", ["like", "^[\\w:-][\\w.:-]{0,99}$"], false]],
    answer: {
      id: ["text", false],
      code: ["text", true],
      status: ["text", false],
      operation: ["any", true],
      trigger_endpoint: ["text", true],
      events: [
        [
          {
            event: ["text", true],
            message: ["text", true],
            data: ["any", true],
            status: ["text", true],
            created_at: ["text", true],
          },
        ],
        true,
      ],
      created_at: ["text", true],
      updated_at: ["text", true],
    },
  },
  listTransactions: {
    method: "GET",
    path: "/seller/v0/transactions",
    access: "read",
    positional: [],
    arity: 1,
    rules: [
      ["created_at_gte", ["code"], false],
      ["created_at_lte", ["code"], false],
      ["status", ["one_of", ["pending", "processing", "completed", "failed", "cancelled"]], true],
      ["_sort", ["like", "^\\w+:(?:asc|desc)(?:,\\w+:(?:asc|desc))*$"], true],
      ["_limit", ["integer", 1, 100], true],
      ["_offset", ["code"], true],
    ],
    answer: {
      meta: [
        {
          page: [
            {
              limit: ["integer", true],
              offset: ["integer", true],
              count: ["integer", true],
              max_limit: ["integer", true],
            },
            true,
          ],
          links: [{}, true],
        },
        true,
      ],
      results: [
        [
          {
            id: ["text", false],
            code: ["text", true],
            status: ["text", false],
            operation: ["any", true],
            trigger_endpoint: ["text", true],
            events: [
              [
                {
                  event: ["text", true],
                  message: ["text", true],
                  data: ["any", true],
                  status: ["text", true],
                  created_at: ["text", true],
                },
              ],
              true,
            ],
            created_at: ["text", true],
            updated_at: ["text", true],
          },
        ],
        false,
      ],
    },
  },
};

/** The operations of probo. */
export const PROBO: Tables = {
  createTicket: { method: "POST", path: "/ticket", access: "write", positional: [], arity: 1 },
};
