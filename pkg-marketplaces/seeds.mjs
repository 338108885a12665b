/**
 * What the seeded data surely holds, for tests that need an item of a kind. The seeds' own files
 * say more.
 */
const numbered = (from, count) => Array.from({ length: count }, (_, index) => String(from + index));
const padded = (prefix, count) =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(12, "0")}`);

export const seeds = {
  kaufland: {
    tickets: numbered(150000001, 312).map((id) => `00${id}`),
    newerValues: "00150009001",
    unknownStatus: "00150009002",
    hugeOrderUnit: "00150009003",
    notClosable: "00150009004",
    internal: "00150009005",
    nulls: "00150009006",
    oddTexts: "00150009007",
    oddFileNames: "00150009008",
    ofAnotherSeller: "00160000001",
  },
  clickbank: {
    tickets: numbered(31000001, 270),
    newerValues: "39000001",
    nulls: "39000002",
    missing: "39000003",
    oddTexts: "39000004",
    salesWithoutTicket: numbered(1, 9).map((number) => `LOCAL00${number}`),
    ofAnotherAccount: "35000001",
  },
  magalu: {
    cancellation: padded("a0000000-0000-4000-8000-", 1)[0],
    files: padded("a0000000-0000-4000-8000-", 2)[1],
    newerValues: padded("a0000000-0000-4000-8000-", 5)[4],
    notReturnable: padded("a0000000-0000-4000-8000-", 6)[5],
    returned: padded("a0000000-0000-4000-8000-", 7)[6],
    returning: padded("a0000000-0000-4000-8000-", 8)[7],
    ofAnotherSeller: padded("b0000000-0000-4000-8000-", 1)[0],
  },
  jtlScx: {
    channel: "LOCALMARKET",
    sellerId: "4711",
    tickets: numbered(10001, 24).map((id) => `CASE-${id.slice(1)}`),
  },
  probo: { orders: numbered(2001, 40).map((id) => `WEB-${id}`), ticket: "CMP-2001-1" },
};
