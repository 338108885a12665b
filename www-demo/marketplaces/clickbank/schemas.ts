// What `/schema` and `/partialRefundDataSchema` answer: XML Schema, after the vendor's.

const simple = (name: string, values: string[]): string =>
  `  <xs:simpleType name="${name}">\n    <xs:restriction base="xs:string">\n${values
    .map((value) => `      <xs:enumeration value="${value}"/>\n`)
    .join("")}    </xs:restriction>\n  </xs:simpleType>\n`;

const elements = (fields: [name: string, type: string, attributes?: string][]): string =>
  fields
    .map(
      ([name, type, attributes = 'minOccurs="0" nillable="true"']) =>
        `      <xs:element name="${name}" type="${type}"${attributes === "" ? "" : ` ${attributes}`}/>\n`,
    )
    .join("");

const complex = (name: string, fields: [name: string, type: string, attributes?: string][]): string =>
  `  <xs:complexType name="${name}">\n    <xs:sequence>\n${elements(fields)}    </xs:sequence>\n  </xs:complexType>\n`;

const schema = (content: string): string =>
  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" version="1.0">\n${content}</xs:schema>\n`;

export const TICKET_SCHEMA = schema(
  [
    '  <xs:element name="ticketData" type="ticketData"/>\n',
    complex("ticketData", [
      ["ticketid", "xs:int", 'nillable="true"'],
      ["receipt", "xs:string"],
      ["status", "ticketStatus"],
      ["type", "ticketType"],
      ["comments", "ticketCommentData", 'minOccurs="0" maxOccurs="unbounded" nillable="true"'],
      ["openedDate", "xs:dateTime"],
      ["closedDate", "xs:dateTime"],
      ["description", "xs:string"],
      ["refundType", "refundType"],
      ["refundAmount", "xs:decimal"],
      ["customerFirstName", "xs:string"],
      ["customerLastName", "xs:string"],
      ["email", "xs:string"],
      ["emailAtOrderTime", "xs:string"],
      ["expirationDate", "xs:dateTime"],
      ["locale", "xs:string"],
      ["note", "xs:string"],
      ["productItemNo", "xs:string"],
      ["updateTime", "xs:dateTime"],
      ["source", "ticketSource"],
    ]),
    complex("ticketCommentData", [
      ["commentId", "xs:int", 'minOccurs="0"'],
      ["date", "xs:dateTime"],
      ["comment", "xs:string"],
      ["action", "ticketActionType"],
      ["commentRole", "role"],
    ]),
    simple("ticketStatus", ["OPEN", "REOPENED", "CLOSED"]),
    simple("ticketType", [
      "TECH_SUPPORT",
      "REFUND",
      "CANCEL",
      "PRODUCT_CHANGE",
      "ORDER_LOOKUP",
      "ESCALATED",
      "APPROVAL_PRODUCT",
      "ACCT_QUESTION_ACCOUNTS",
      "SPAM",
      "SECURITY_CONCERN",
    ]),
    simple("refundType", ["FULL", "PARTIAL_PERCENT", "PARTIAL_AMOUNT", "PARTIAL_QUANTITY", "TAX"]),
    simple("ticketActionType", [
      "ASSIGNED",
      "COMMENTED",
      "CHANGED",
      "CLOSED",
      "EXPIRED",
      "REOPENED",
      "OPENED",
      "APPROVED",
      "DISAPPROVED",
      "ATTACHMENT",
      "ADMIN_CHANGE",
      "REFUND_ACKED",
      "NEW_PHOTO_ID",
    ]),
    simple("role", ["VENDOR", "CUSTOMER", "CBCSR", "CBSYSTEM", "USER"]),
    simple("ticketSource", ["API", "CUSTOMER_WAM", "UNKNOWN", "RNFDS_EMAIL", "CNCLS_EMAIL", "VENDOR_WAM", "CSR_WAM"]),
  ].join(""),
);

export const PARTIAL_REFUND_SCHEMA = schema(
  [
    '  <xs:element name="partialRefundData" type="partialRefundData"/>\n',
    complex("partialRefundData", [
      ["usdAmount", "xs:decimal", 'minOccurs="0"'],
      ["customerAmount", "xs:decimal", 'minOccurs="0"'],
      ["customerCurrency", "xs:string", 'minOccurs="0"'],
      ["productAmount", "xs:decimal", 'minOccurs="0"'],
      ["productCurrency", "xs:string", 'minOccurs="0"'],
    ]),
  ].join(""),
);
