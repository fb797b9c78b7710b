"""Every line of a settlement gets the component that profit expects."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.golden.outcome import facts, source, stored_rows, tie_out
from tests.sync.read.reading import read

HEADER = [
    "settlement-id",
    "settlement-start-date",
    "settlement-end-date",
    "total-amount",
    "currency",
    "transaction-type",
    "order-id",
    "marketplace-name",
    "amount-type",
    "amount-description",
    "amount",
    "posted-date",
    "sku",
    "quantity-purchased",
]


def settlement(*lines: tuple[str, str, str, str], total: str = "") -> str:
    """A V2 file; a line is (transaction type, amount type, description, amount)."""
    stated = total or str(sum(Decimal(amount) for *_, amount in lines))
    rows = ["\t".join(HEADER)]
    first = {
        "settlement-start-date": "2026-11-01",
        "settlement-end-date": "2026-11-14",
        "total-amount": stated,
        "currency": "USD",
    }
    rows.append("\t".join({"settlement-id": "1", **first}.get(h, "") for h in HEADER))
    for transaction, kind, description, amount in lines:
        cells = {
            "settlement-id": "1",
            "transaction-type": transaction,
            "amount-type": kind,
            "amount-description": description,
            "amount": amount,
            "posted-date": "2026-11-02",
            "quantity-purchased": "2",
        }
        rows.append("\t".join(cells.get(h, "") for h in HEADER))
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    "transaction, kind, description, component",
    [
        ("Order", "ItemPrice", "Principal", "product_sales"),
        ("Order", "ItemPrice", "Tax", "product_tax"),
        ("Order", "ItemPrice", "ShippingTax", "product_tax"),
        ("Order", "ItemPrice", "GiftWrapTax", "product_tax"),
        ("Order", "Promotion", "TaxDiscount", "product_tax"),
        ("Refund", "ItemPrice", "Tax", "product_tax"),
        ("Order", "ItemPrice", "Shipping", "shipping_credits"),
        ("Order", "ItemPrice", "GiftWrap", "shipping_credits"),
        ("Order", "Promotion", "Principal", "promotions"),
        ("Order", "Promotion", "Shipping", "promotions"),
        ("Order", "CostOfPointsGranted", "CostOfPointsGranted", "promotions"),
        ("Refund", "ItemPrice", "Principal", "refunds"),
        ("Refund", "ItemPrice", "Shipping", "refunds"),
        ("Refund", "ItemPrice", "Goodwill", "refunds"),
        ("Refund", "Promotion", "Principal", "refunds"),
        ("Chargeback Refund", "ItemPrice", "Principal", "refunds"),
        ("A-to-z Guarantee Refund", "ItemPrice", "Principal", "refunds"),
        ("Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", "marketplace_tax"),
        ("Refund", "ItemWithheldTax", "MarketplaceFacilitatorVAT-Principal", "marketplace_tax"),
        ("Order", "ItemFees", "MarketplaceFacilitatorVAT-Principal", "marketplace_tax"),
        ("Order", "ItemWithheldTax", "LowValueGoodsTax-Principal", "marketplace_tax"),
        ("Order", "ItemTCS", "TCS-IGST", "marketplace_tax"),
        ("other-transaction", "other-transaction", "TDS (Section 194-O)", "marketplace_tax"),
        ("Order", "ItemFees", "Commission", "referral_fees"),
        ("Order", "ItemFees", "Commission IGST", "referral_fees"),
        ("Refund", "ItemFees", "Commission", "referral_fees"),
        ("Refund", "ItemFees", "RefundCommission", "referral_fees"),
        ("Order", "ItemFees", "VariableClosingFee", "referral_fees"),
        ("Order", "ItemFees", "DigitalServicesFee", "referral_fees"),
        ("Order", "ItemFees", "SalesTaxServiceFee", "referral_fees"),
        ("Order", "ItemFees", "FBAPerUnitFulfillmentFee", "fba_fees"),
        ("Order", "ItemFees", "FBAPerOrderFulfillmentFee", "fba_fees"),
        ("Order", "ItemFees", "FBAWeightBasedFee", "fba_fees"),
        ("Order", "ItemFees", "ShippingChargeback", "fba_fees"),
        ("Order", "ItemFees", "GiftwrapChargeback", "fba_fees"),
        ("Order", "ItemFees", "DigitalServicesFeeFBA", "fba_fees"),
        ("Shipment", "Shipment-Fees", "FBA transportation fee", "fba_fees"),
        ("other-transaction", "other-transaction", "FBACustomerReturnPerUnitFee", "fba_fees"),
        ("other-transaction", "other-transaction", "Storage Fee", "storage_fees"),
        ("other-transaction", "other-transaction", "StorageRenewalBilling", "storage_fees"),
        ("other-transaction", "other-transaction", "FBA Long-Term Storage Fee", "storage_fees"),
        ("other-transaction", "other-transaction", "FBA Aged Inventory Surcharge", "storage_fees"),
        ("ServiceFee", "other-transaction", "LowInventoryLevelFee", "storage_fees"),
        (
            "CouponRedemptionFee",
            "CouponRedemptionFee",
            "Coupon: storage refund reserve",
            "deal_fees",
        ),
        ("Lightning Deal Fee", "other-transaction", "Lightning Deal Fee", "deal_fees"),
        ("ServiceFee", "other-transaction", "CouponParticipationEvent", "deal_fees"),
        ("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", "advertising"),
        (
            "FBA Inventory Reimbursement",
            "FBA Inventory Reimbursement",
            "WAREHOUSE_LOST",
            "reimbursements",
        ),
        (
            "other-transaction",
            "FBA Inventory Reimbursement",
            "REVERSAL_REIMBURSEMENT",
            "reimbursements",
        ),
        (
            "other-transaction",
            "FBA Inventory Reimbursement",
            "COMPENSATED_CLAWBACK",
            "reimbursements",
        ),
        ("Adjustment", "other-transaction", "Refund Reimbursal", "reimbursements"),
        ("SAFE-T Reimbursement", "other-transaction", "SAFE-T Reimbursement", "reimbursements"),
        ("other-transaction", "other-transaction", "Current Reserve Amount", "reserve"),
        ("other-transaction", "other-transaction", "Previous Reserve Amount Balance", "reserve"),
        ("Transfer", "other-transaction", "Anything", "reserve"),
        ("Successful charge", "other-transaction", "Successful charge", "reserve"),
        ("Payable to Amazon", "other-transaction", "Payable to Amazon", "reserve"),
        ("DebtRecovery", "other-transaction", "DebtPayment", "reserve"),
        ("other-transaction", "other-transaction", "Subscription Fee", "other_fees"),
        ("other-transaction", "other-transaction", "FBAInboundTransportationFee", "other_fees"),
        (
            "other-transaction",
            "other-transaction",
            "FBA Inbound Placement Service Fee",
            "other_fees",
        ),
        ("other-transaction", "other-transaction", "FBA Removal Order: Disposal Fee", "other_fees"),
        ("Some day", "a new type", "of amount", "other_fees"),
    ],
)
def test_component(transaction: str, kind: str, description: str, component: str) -> None:
    parsed = read(settlement((transaction, kind, description, "1.00")))
    assert [row["component"] for row in stored_rows(parsed)] == [component]


def test_tax_leaves_profit_as_it_came() -> None:
    """What the buyer paid as tax and what Amazon withheld cancel out, also in refunds."""
    parsed = read(
        settlement(
            ("Order", "ItemPrice", "Tax", "5.44"),
            ("Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", "-5.44"),
            ("Refund", "ItemPrice", "Tax", "-2.72"),
            ("Refund", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", "2.72"),
        )
    )
    sums = parsed.connection.execute(
        f"SELECT component, sum(amount) FROM {source(parsed)} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert sums == [("marketplace_tax", Decimal("-2.72")), ("product_tax", Decimal("2.72"))]


def test_units_count_once_for_each_order_item() -> None:
    parsed = read(
        settlement(
            ("Order", "ItemPrice", "Principal", "20.00"),
            ("Order", "ItemPrice", "Tax", "1.00"),
            ("Order", "ItemFees", "Commission", "-3.00"),
            ("Refund", "ItemPrice", "Principal", "-10.00"),
            ("Refund", "ItemFees", "Commission", "1.50"),
        )
    )
    found = facts(parsed)
    assert (found["units_settled"], found["units_refunded"]) == (2, 2)


def test_components_add_up_to_the_total() -> None:
    parsed = read(
        settlement(
            ("Order", "ItemPrice", "Principal", "20.00"),
            ("Order", "ItemFees", "Commission", "-3.01"),
        )
    )
    assert tie_out(parsed) == [("1", Decimal("16.99"), Decimal("16.99"))]
    assert sum(Decimal(row["amount"]) for row in stored_rows(parsed)) == Decimal("16.99")


def test_a_settlement_that_was_cut_off_does_not_tie_out() -> None:
    ((_, stated, lines),) = tie_out(
        read(settlement(("Order", "ItemPrice", "Principal", "20.00"), total="30.00"))
    )
    assert (stated, lines) == (Decimal(30), Decimal(20))


def test_a_settlement_without_its_first_line_states_no_total() -> None:
    lines = settlement(("Order", "ItemPrice", "Principal", "20.00")).splitlines()
    ((_, stated, _sum),) = tie_out(read("\n".join([lines[0], *lines[2:]]) + "\n"))
    assert stated is None
