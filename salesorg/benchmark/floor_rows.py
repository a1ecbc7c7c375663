"""The statements of the floor that fill its tables, each once, in order. See floor.py, which gives their numbers."""

DEALS = """
CREATE TEMP TABLE deals ON COMMIT DROP AS
SELECT receipt.id AS receipt_id, receipt.amount, contract.branch_id, contract.closer_id, department.branch_id AS
       home_id,
       CASE WHEN contract.orphan_kind IS NULL THEN '1-4.1' ELSE '1-6' END AS article,
       CASE WHEN contract.orphan_kind IS NOT NULL THEN contract.assistant_id END AS assistant_id
FROM public.clients_receipt receipt
JOIN public.clients_contract contract ON contract.id = receipt.contract_id
JOIN public.staff_post post ON post.employee_id = contract.closer_id
JOIN public.staff_department department ON department.id = post.department_id
WHERE receipt.posted_in = %(month)s
"""

CREDITS = """
INSERT INTO floor.compensation_credit (month, branch_id, home_id, receipt_id, employee_id, amount, reason)
SELECT %(month)s, branch_id, home_id, receipt_id, closer_id, amount, '' FROM deals
"""

PEOPLE = """
CREATE TEMP TABLE people ON COMMIT DROP AS
SELECT employee.id, employee.number, employee.name, employee.bank_name, employee.bank_account,
       post.department_id, post.base_salary, department.branch_id, department.name AS department_name,
       holding.rank, coalesce(net.sales, 0.00) AS sales, tier.floor AS tier_floor, tier.rate
FROM public.staff_employee employee
JOIN public.staff_post post ON post.employee_id = employee.id
JOIN public.staff_department department ON department.id = post.department_id
LEFT JOIN public.staff_rankholding holding ON holding.employee_id = employee.id
LEFT JOIN (SELECT employee_id, sum(amount) AS sales FROM floor.compensation_credit GROUP BY employee_id) net
    ON net.employee_id = employee.id
LEFT JOIN commission_tiers tier ON tier.code = holding.rank
    AND greatest(coalesce(net.sales, 0), 0) >= tier.floor AND greatest(coalesce(net.sales, 0), 0) < tier.until
"""

COMMISSIONS = """
INSERT INTO floor.compensation_commissionline (month, branch_id, plan_version_id, receipt_id, employee_id, kind, base,
    rate, amount, article, rank, net_sales, tier_floor)
SELECT %(month)s, deals.home_id, %(plan_version)s, deals.receipt_id, deals.closer_id, 'commission', deals.amount,
       people.rate, round(deals.amount * people.rate, 2), deals.article, people.rank, people.sales, people.tier_floor
FROM deals
JOIN people ON people.id = deals.closer_id
"""

ASSISTS = """
INSERT INTO floor.compensation_commissionline (month, branch_id, plan_version_id, receipt_id, employee_id, kind, base,
    rate, amount, article, rank)
SELECT %(month)s, deals.home_id, %(plan_version)s, deals.receipt_id, deals.assistant_id, 'assist',
       round(deals.amount * people.rate, 2), %(assist_share)s,
       round(round(deals.amount * people.rate, 2) * %(assist_share)s, 2), '1-6', ''
FROM deals
JOIN people ON people.id = deals.closer_id
WHERE deals.assistant_id IS NOT NULL
"""

HELD = """
INSERT INTO floor.compensation_heldcommission (month, branch_id, hold_id, employee_id, line_id, amount)
SELECT %(month)s, line.branch_id, hold.id, line.employee_id, line.id, line.amount
FROM public.compensation_hold hold
JOIN public.clients_receipt receipt ON receipt.contract_id = hold.contract_id AND receipt.posted_in = %(month)s
JOIN floor.compensation_commissionline line ON line.receipt_id = receipt.id
WHERE line.amount <> 0
"""

BASE_PAY = """
INSERT INTO floor.compensation_basepayline (month, branch_id, employee_id, start, "end", kind, rank, salary, days,
    days_in_month, amount)
SELECT %(month)s, people.branch_id, people.id, %(month)s, %(last)s,
       CASE WHEN people.sales < ranks.threshold_sales THEN 'threshold_wage' ELSE 'base_salary' END,
       coalesce(people.rank, ''), paid.salary, %(days)s, %(days)s, paid.salary
FROM people
LEFT JOIN ranks ON ranks.code = people.rank
CROSS JOIN LATERAL (SELECT CASE
    WHEN ranks.code IS NULL THEN people.base_salary
    WHEN people.sales < ranks.threshold_sales THEN ranks.threshold_wage
    ELSE ranks.base_salary END) AS paid (salary)
"""

ASSESSMENTS = """
INSERT INTO floor.staff_rankassessment (month, branch_id, plan_version_id, employee_id, rank, sales, cycle_month,
    cycle_sales, outcome, next_rank, article, qualified_by, on_threshold_wage, threshold_streak, review_due,
    needs_attention, reinstatement_rank)
SELECT %(month)s, people.branch_id, %(plan_version)s, people.id, people.rank, people.sales, 1, people.sales,
       CASE WHEN higher.code IS NULL THEN 'kept' ELSE 'promoted' END, coalesce(higher.code, people.rank),
       CASE WHEN higher.code IS NULL THEN '1-4.3.1' ELSE '1-4.2' END,
       CASE WHEN higher.code IS NOT NULL THEN people.sales END,
       people.sales < ranks.threshold_sales, (people.sales < ranks.threshold_sales)::int, false,
       people.sales < ranks.threshold_sales AND ranks.level = 0, ''
FROM people
JOIN ranks ON ranks.code = people.rank
LEFT JOIN LATERAL (
    SELECT code FROM ranks AS open
    WHERE open.level > ranks.level AND open.months = 1 AND people.sales >= open.qualifying
    ORDER BY open.level DESC LIMIT 1
) AS higher ON true
"""

BRANCHES = """
CREATE TEMP TABLE branches ON COMMIT DROP AS
SELECT branch.id, branch.name, coalesce(sold.sales, 0.00) AS sales, coalesce(target.amount, 0.00) AS target
FROM public.staff_branch branch
LEFT JOIN public.staff_target target ON target.branch_id = branch.id AND target.month = %(month)s
LEFT JOIN (SELECT branch_id, sum(amount) AS sales FROM floor.compensation_credit GROUP BY branch_id) sold
    ON sold.branch_id = branch.id
"""

_REACHED = """
LEFT JOIN LATERAL (
    SELECT floor, rate FROM attainment_tiers tier
    WHERE tier.use = {use} AND branches.sales >= 0 AND branches.target > 0
        AND branches.sales >= tier.floor * branches.target
    ORDER BY floor DESC LIMIT 1
) AS reached ON true
"""

POOLS = f"""
INSERT INTO floor.compensation_supportpool (month, branch_id, sales, target, rated_sales, rated_target, tier_floor,
    rate,
    pool, has_staff, plan_version_id)
SELECT %(month)s, branches.id, branches.sales, branches.target, branches.sales, branches.target, reached.floor,
       coalesce(reached.rate, 0), round(branches.sales * coalesce(reached.rate, 0), 2) * staff.any::int, staff.any,
       %(plan_version)s
FROM branches
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT 1 FROM people WHERE people.branch_id = branches.id AND people.rank IS NULL) AS any
) AS staff
{_REACHED.format(use="'support_bonus'")}
"""

SHARES = """
INSERT INTO floor.compensation_supportshare (month, branch_id, employee_id, department_id, weight, total_weight, pool,
    amount, reason)
SELECT month, branch_id, employee_id, department_id, weight, total_weight, pool,
       (div(fen * weight, total_weight)
        + (rank() OVER (PARTITION BY branch_id ORDER BY mod(fen * weight, total_weight) DESC, number)
           <= fen - sum(div(fen * weight, total_weight)) OVER (PARTITION BY branch_id))::int) / 100,
       reason
FROM (
    SELECT weight.month, people.branch_id, people.id AS employee_id, people.department_id, people.number, weight.weight,
           sum(weight.weight) OVER (PARTITION BY people.branch_id) AS total_weight, pool.pool, pool.pool * 100 AS fen,
           weight.reason
    FROM public.compensation_supportweight weight
    JOIN people ON people.id = weight.employee_id AND people.rank IS NULL
    JOIN floor.compensation_supportpool pool ON pool.branch_id = people.branch_id AND pool.month = weight.month
    WHERE weight.weight > 0 AND pool.pool > 0
) AS weighed
"""

LOTS = f"""
INSERT INTO floor.funds_fundlot (month, branch_id, fund, amount, is_opening, sales, rated_sales, rated_target,
    tier_floor,
    rate, usable_months, plan_version_id)
SELECT %(month)s, branches.id, funds.fund, round(branches.sales * coalesce(reached.rate, 0), 2), false, branches.sales,
       branches.sales, branches.target, reached.floor, coalesce(reached.rate, 0), funds.usable_months,
       %(plan_version)s
FROM branches
CROSS JOIN funds
{_REACHED.format(use="funds.fund")}
"""

PAYSLIPS = """
INSERT INTO floor.compensation_payslip (month, branch_id, employee_id, department_id, plan_version_id, name,
    branch_name,
    department_name, rank, rank_name, bank_name, bank_account, sales, base_pay, on_threshold_wage, commission, assist,
    brought, adjustment, carried, support_bonus, gross)
SELECT %(month)s, people.branch_id, people.id, people.department_id, %(plan_version)s, people.name,
       branches.name, people.department_name, coalesce(people.rank, ''), coalesce(ranks.name, ''), people.bank_name,
       people.bank_account, people.sales, base.amount, base.kind = 'threshold_wage', paid.commission, paid.assist, 0,
       -paid.held, least(paid.commission + paid.assist - paid.held, 0), paid.support_bonus,
       base.amount + greatest(paid.commission + paid.assist - paid.held, 0) + paid.support_bonus
FROM people
JOIN branches ON branches.id = people.branch_id
JOIN floor.compensation_basepayline base ON base.employee_id = people.id
LEFT JOIN ranks ON ranks.code = people.rank
LEFT JOIN (
    SELECT employee_id, sum(amount) FILTER (WHERE kind = 'commission') AS commission,
           sum(amount) FILTER (WHERE kind = 'assist') AS assist
    FROM floor.compensation_commissionline GROUP BY employee_id
) AS earned ON earned.employee_id = people.id
LEFT JOIN (
    SELECT employee_id, sum(amount) AS amount FROM floor.compensation_heldcommission GROUP BY employee_id
) AS held ON held.employee_id = people.id
LEFT JOIN floor.compensation_supportshare share ON share.employee_id = people.id
CROSS JOIN LATERAL (
    SELECT coalesce(earned.commission, 0), coalesce(earned.assist, 0), coalesce(held.amount, 0),
           coalesce(share.amount, 0)
) AS paid (commission, assist, held, support_bonus)
"""

ROWS = (
    DEALS, CREDITS, PEOPLE, COMMISSIONS, ASSISTS, HELD, BASE_PAY, ASSESSMENTS, BRANCHES, POOLS, SHARES, LOTS, PAYSLIPS,
)  # fmt: skip
