"""What the application's role may do, by table and by function; `migrate` grants this and revokes the rest.

A table or function that is missing here is closed to the application, and a test tells which it is.
"""

READ = ("SELECT",)
ADD = ("SELECT", "INSERT")
KEEP = ("SELECT", "INSERT", "UPDATE")
RENEW = ("SELECT", "INSERT", "DELETE")
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")

TABLES: dict[str, tuple[str, ...]] = {
    # What the owner's migrations and triggers write, the application only reads.
    **dict.fromkeys(
        (
            "access_change",
            "access_pinyin",
            "access_user_groups",
            "access_user_user_permissions",
            "auth_group",
            "auth_group_permissions",
            "auth_permission",
            "django_content_type",
            "django_migrations",
            "monthend_consolepermit",
        ),
        READ,
    ),
    # What somebody did or said stays as it was told.
    **dict.fromkeys(
        (
            "access_accountevent",
            "access_disclosure",
            "clients_assignmentbatch",
            "clients_followup",
            "clients_lapse",
            "clients_poolclaim",
            "django_admin_log",
            "monthend_monthtransition",
            "disputes_finding",
            "disputes_findingshare",
            "disputes_offerconfirmation",
            "disputes_offershare",
            "disputes_pause",
            "disputes_ruling",
            "monthend_reminder",
            "rulebook_interpretation",
            "rulebook_plandraftstep",
            "staff_payconfirmation",
            "staff_reviewstep",
            "workbooks_importbatch",
        ),
        ADD,
    ),
    # What is changed, or goes through states, and is never thrown away.
    **dict.fromkeys(
        (
            "access_user",
            "api_token",
            "clients_handover",
            "clients_poolrule",
            "disputes_dispute",
            "disputes_evidence",
            "disputes_offer",
            "disputes_party",
            "disputes_violation",
            "monthend_deputy",
            "monthend_monthrun",
            "monthend_monthverification",
            "otp_totp_totpdevice",
            "periods_inputstamp",
            "periods_period",
            "rulebook_plandraft",
            "rulebook_planversion",
            "staff_rankdecision",
            "staff_sharednumber",
        ),
        KEEP,
    ),
    # What is computed or stated anew as a whole, or taken back, and never changed: triggers guard what is locked.
    **dict.fromkeys(
        (
            "clients_bankstatement",
            "clients_clientstatus",
            "compensation_adjustment",
            "compensation_branchsalesmove",
            "compensation_credit",
            "compensation_heldcommission",
            "compensation_hold",
            "compensation_rulingshare",
            "compensation_supportpool",
            "funds_claimdecision",
            "funds_fundmovement",
            "monthend_previewbranch",
            "monthend_previewline",
            "otp_static_statictoken",
            "staff_persontarget",
            "staff_rankassessment",
            "workbooks_parallelline",
            "workbooks_parallelrun",
            "workbooks_uploadrow",
        ),
        RENEW,
    ),
    # What people enter, change and take back, imports undo, and the month end keeps or computes line by line: triggers
    # guard what is locked.
    **dict.fromkeys(
        (
            "access_guesses",
            "api_answeredcall",
            "api_export",
            "access_searchkey",
            "clients_assignment",
            "clients_bankline",
            "clients_bankpair",
            "clients_client",
            "clients_contract",
            "clients_orphanclient",
            "clients_protectionterms",
            "clients_receipt",
            "compensation_awarddecision",
            "compensation_awardrecommendation",
            "compensation_basepayline",
            "compensation_commissionline",
            "compensation_correction",
            "compensation_payslip",
            "compensation_supportshare",
            "compensation_supportweight",
            "disputes_workingday",
            "django_session",
            "funds_fundclaim",
            "funds_fundlot",
            "monthend_monthstep",
            "monthend_preview",
            "otp_static_staticdevice",
            "staff_absence",
            "staff_branch",
            "staff_department",
            "staff_employee",
            "staff_minimumwage",
            "staff_openingsales",
            "staff_openingstate",
            "staff_personnelevent",
            "staff_post",
            "staff_rankholding",
            "staff_review",
            "staff_target",
            "staff_yeartarget",
            "workbooks_importedrow",
            "workbooks_upload",
        ),
        ALL,
    ),
}

FUNCTIONS = frozenset(
    {
        "client_name_pairs",
        "inputs_version",
        "last_locked_day",
        "past_part",
        "phone_numbers",
        "plain_client_name",
        "refuse_refunds_above_receipts",
        "require_read_committed",
        "search_keys_from",
    }
)
"""What indexes, queries and the triggers' functions call in the application's name; none runs as its owner."""
