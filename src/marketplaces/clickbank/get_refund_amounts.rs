//! `GET /1.3/tickets/refundAmounts/{receipt}`: what a refund would pay back. Nothing is refunded.
//!
//! Source: service. It calls `refundAmount` required for every type and explains it for the partial
//! ones only. So `FULL` needs none here, and one that is given does no harm.

#![allow(non_snake_case, reason = "fields have the vendor's names")]

use super::ClickBank;
use super::answers::Mended;
use super::model::{RefundAmounts, RefundType};
use super::rules::{self, RECEIPT, SKU};
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::declare::{Special, endpoint};

endpoint! {
    "getRefundAmounts"(receipt) = GET "/1.3/tickets/refundAmounts/{receipt}" -> Mended<RefundAmounts>;

    /// Which refund to calculate.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankGetRefundAmountsParams"))]
    pub struct GetRefundAmountsParams of ClickBank, keep unknown {
        /// The receipt of the sale.
        #[cfg_attr(feature = "types", ts(skip))]
        path receipt: String = RECEIPT,
        /// How much would be paid back.
        query refundType: RefundType = Rule::OneOf(RefundType::VALUES),
        // What it may be depends on the type.
        /// Of a partial refund: the percentage, 1 to 80 with at most two decimals, or the amount in the customer's
        /// currency. Decimal text, such as `"12.50"`.
        query refundAmount: Option<String> = Rule::Code,
        /// The item of a sale with several.
        query sku: Option<String> = SKU,
    }
}

impl Special for GetRefundAmountsParams {
    const IS_TABLE_COMPLETE: bool = false;

    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        rules::refund_amount(Some(&self.refundType), self.refundAmount.as_deref(), violations);
        rules::extra(&self.extra, violations);
        rules::url(self, None, settings, violations);
    }
}
