//! `GET /1.3/tickets/refundAmounts/{receipt}`: calculates a refund without making it.
//!
//! Source: service. It calls `refundAmount` required for every type, but explains it only for the
//! partial ones. So `FULL` needs none here, and accepts one.

#![allow(non_snake_case, reason = "fields have the vendor's names")]

use super::ClickBank;
use super::answers::Normalised;
use super::model::{RefundAmounts, RefundType};
use super::rules::{self, RECEIPT, SKU};
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::declare::{Overrides, endpoint};

endpoint! {
    "getRefundAmounts"(receipt) = GET "/1.3/tickets/refundAmounts/{receipt}"
        { offers_xml: true } -> Normalised<RefundAmounts>;

    /// The refund to calculate.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankGetRefundAmountsParams"))]
    pub struct GetRefundAmountsParams of ClickBank, keep unknown {
        /// The receipt of the sale.
        #[cfg_attr(feature = "types", ts(skip))]
        path receipt: String = RECEIPT,
        /// The extent of the refund.
        query refundType: RefundType = Rule::OneOf(RefundType::VALUES),
        // The allowed values depend on the type.
        /// The size of a partial refund: the percentage, 1 to 80 with at most two decimals, or the
        /// amount in the customer's currency. It is decimal text, such as `"12.50"`.
        query refundAmount: Option<String> = Rule::Code,
        /// The item, if the sale has several.
        query sku: Option<String> = SKU,
    }
}

impl Overrides for GetRefundAmountsParams {
    const IS_TABLE_COMPLETE: bool = false;

    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        rules::refund_amount(Some(&self.refundType), self.refundAmount.as_deref(), violations);
        rules::extra(&self.extra, violations);
        rules::url(self, None, settings, violations);
    }
}
