"""Nouns taken in from finance: the state alone moves, tables, constraints and triggers stay."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("finance", "0004_budget_refused"),
        ("network", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ServiceUnit",
                    fields=[
                        (
                            "process",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="service_unit",
                                serialize=False,
                                to="network.macroprocess",
                            ),
                        ),
                        ("label", models.CharField(max_length=80, verbose_name="unité d’œuvre")),
                        (
                            "benchmark",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="repère publié"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "unité d’œuvre",
                        "verbose_name_plural": "unités d’œuvre",
                        "db_table": "finance_serviceunit",
                    },
                ),
                migrations.CreateModel(
                    name="AllocationKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, verbose_name="code")),
                        ("name", models.CharField(max_length=200, verbose_name="nom")),
                        (
                            "driver",
                            models.CharField(
                                choices=[
                                    ("fte", "Équivalents temps plein"),
                                    ("payslips", "Bulletins de paie"),
                                    ("invoices", "Factures"),
                                    ("seats", "Postes de travail"),
                                    ("tickets", "Demandes d’assistance"),
                                    ("area", "Surface (m²)"),
                                    ("budget", "Budget (€)"),
                                    ("members", "Ressortissants"),
                                    ("fixed_variable", "Part fixe et part variable"),
                                    ("entered", "Parts saisies"),
                                ],
                                max_length=20,
                                verbose_name="inducteur",
                            ),
                        ),
                        (
                            "fixed",
                            models.PositiveIntegerField(
                                default=0, verbose_name="part fixe (centièmes de %)"
                            ),
                        ),
                        (
                            "note",
                            models.TextField(
                                blank=True, verbose_name="d’où viennent les quantités"
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valable du")),
                        (
                            "valid_to",
                            models.DateField(
                                blank=True, null=True, verbose_name="valable jusqu’au"
                            ),
                        ),
                        (
                            "network",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="allocation_keys",
                                to="network.network",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "clé de répartition",
                        "verbose_name_plural": "clés de répartition",
                        "db_table": "finance_allocationkey",
                        "ordering": ["code", "-valid_from"],
                    },
                ),
                migrations.CreateModel(
                    name="Budget",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="exercice")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("initial", "Budget primitif"),
                                    ("revised", "Budget rectifié"),
                                    ("executed", "Budget exécuté"),
                                ],
                                max_length=8,
                                verbose_name="nature",
                            ),
                        ),
                        (
                            "number",
                            models.PositiveSmallIntegerField(default=1, verbose_name="numéro"),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "En préparation"),
                                    ("voted", "Voté"),
                                    ("sent", "Envoyé à l’autorité"),
                                    ("approved", "Approuvé"),
                                    ("refused", "Refusé par l’autorité"),
                                ],
                                default="draft",
                                max_length=8,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="créé le"
                            ),
                        ),
                        (
                            "voted_body",
                            models.CharField(blank=True, max_length=200, verbose_name="instance"),
                        ),
                        (
                            "voted_on",
                            models.DateField(blank=True, null=True, verbose_name="voté le"),
                        ),
                        (
                            "voted_act",
                            models.CharField(
                                blank=True, max_length=80, verbose_name="numéro de l’acte"
                            ),
                        ),
                        (
                            "sent_on",
                            models.DateField(blank=True, null=True, verbose_name="envoyé le"),
                        ),
                        (
                            "answered_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="réponse de l’autorité le"
                            ),
                        ),
                        (
                            "tacit",
                            models.BooleanField(default=False, verbose_name="approbation tacite"),
                        ),
                        ("version", models.BigIntegerField(default=0, verbose_name="version")),
                        (
                            "based_on",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisions",
                                to="costing.budget",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="budgets",
                                to="network.entity",
                            ),
                        ),
                        (
                            "network",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="budgets",
                                to="network.network",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "budget",
                        "verbose_name_plural": "budgets",
                        "db_table": "finance_budget",
                        "ordering": ["-year", "entity__position", "kind", "number"],
                    },
                ),
                migrations.CreateModel(
                    name="BudgetAxis",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, verbose_name="code")),
                        ("name", models.CharField(max_length=200, verbose_name="nom")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("action", "Action"), ("section", "Section")],
                                max_length=8,
                                verbose_name="nature",
                            ),
                        ),
                        (
                            "valid_from",
                            models.DateField(blank=True, null=True, verbose_name="valable du"),
                        ),
                        (
                            "valid_to",
                            models.DateField(
                                blank=True, null=True, verbose_name="valable jusqu’au"
                            ),
                        ),
                        (
                            "network",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="budget_axes",
                                to="network.network",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "axe analytique",
                        "verbose_name_plural": "axes analytiques",
                        "db_table": "finance_budgetaxis",
                        "ordering": ["kind", "code"],
                    },
                ),
                migrations.CreateModel(
                    name="BudgetLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("account", models.CharField(max_length=12, verbose_name="compte")),
                        ("m01", models.BigIntegerField(default=0, verbose_name="janvier")),
                        ("m02", models.BigIntegerField(default=0, verbose_name="février")),
                        ("m03", models.BigIntegerField(default=0, verbose_name="mars")),
                        ("m04", models.BigIntegerField(default=0, verbose_name="avril")),
                        ("m05", models.BigIntegerField(default=0, verbose_name="mai")),
                        ("m06", models.BigIntegerField(default=0, verbose_name="juin")),
                        ("m07", models.BigIntegerField(default=0, verbose_name="juillet")),
                        ("m08", models.BigIntegerField(default=0, verbose_name="août")),
                        ("m09", models.BigIntegerField(default=0, verbose_name="septembre")),
                        ("m10", models.BigIntegerField(default=0, verbose_name="octobre")),
                        ("m11", models.BigIntegerField(default=0, verbose_name="novembre")),
                        ("m12", models.BigIntegerField(default=0, verbose_name="décembre")),
                        ("version", models.BigIntegerField(default=0, verbose_name="version")),
                        (
                            "updated_by",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="modifiée par"
                            ),
                        ),
                        (
                            "axis",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="costing.budgetaxis",
                            ),
                        ),
                        (
                            "budget",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="costing.budget",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ligne de budget",
                        "verbose_name_plural": "lignes de budget",
                        "db_table": "finance_budgetline",
                        "ordering": ["account", "axis__code"],
                    },
                ),
                migrations.CreateModel(
                    name="CostStudy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                        (
                            "cost",
                            models.BigIntegerField(verbose_name="coût de l’équipe (centimes)"),
                        ),
                        (
                            "fte",
                            models.DecimalField(
                                decimal_places=2, max_digits=8, verbose_name="ETP de l’équipe"
                            ),
                        ),
                        (
                            "minutes_per_fte",
                            models.PositiveIntegerField(verbose_name="minutes par ETP et par an"),
                        ),
                        (
                            "practical",
                            models.PositiveIntegerField(
                                default=8000, verbose_name="capacité pratique (centièmes de %)"
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                blank=True,
                                max_length=200,
                                verbose_name="d’où viennent les chiffres",
                            ),
                        ),
                        ("version", models.BigIntegerField(default=0, verbose_name="version")),
                        (
                            "network",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cost_studies",
                                to="network.network",
                            ),
                        ),
                        (
                            "process",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cost_studies",
                                to="network.macroprocess",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cost_studies",
                                to="network.entity",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "étude de coût",
                        "verbose_name_plural": "études de coût",
                        "db_table": "finance_coststudy",
                        "ordering": ["-year", "process__position", "provider__position"],
                    },
                ),
                migrations.CreateModel(
                    name="CostLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "activity",
                            models.CharField(blank=True, max_length=120, verbose_name="activité"),
                        ),
                        (
                            "volume",
                            models.DecimalField(
                                decimal_places=2, max_digits=14, verbose_name="volume"
                            ),
                        ),
                        (
                            "minutes",
                            models.DecimalField(
                                decimal_places=3, max_digits=10, verbose_name="minutes par unité"
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cost_lines",
                                to="network.entity",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="costing.coststudy",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ligne d’étude de coût",
                        "verbose_name_plural": "lignes d’étude de coût",
                        "db_table": "finance_costline",
                        "ordering": ["entity__position", "activity", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="KeyShare",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "quantity",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                max_digits=16,
                                null=True,
                                verbose_name="quantité",
                            ),
                        ),
                        (
                            "share",
                            models.PositiveIntegerField(verbose_name="part (centièmes de %)"),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="key_shares",
                                to="network.entity",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shares",
                                to="costing.allocationkey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "part d’une clé",
                        "verbose_name_plural": "parts d’une clé",
                        "db_table": "finance_keyshare",
                        "ordering": ["entity__position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="ProcessVolume",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                        (
                            "volume",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=14,
                                null=True,
                                verbose_name="volume",
                            ),
                        ),
                        (
                            "fte",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=8,
                                null=True,
                                verbose_name="ETP",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
                        ),
                        ("version", models.BigIntegerField(default=0, verbose_name="version")),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="volumes",
                                to="network.entity",
                            ),
                        ),
                        (
                            "process",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="volumes",
                                to="network.macroprocess",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "volume et ETP",
                        "verbose_name_plural": "volumes et ETP",
                        "db_table": "finance_processvolume",
                        "ordering": ["process__position", "entity__position", "year"],
                    },
                ),
                migrations.CreateModel(
                    name="RechargeStatement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                        ("number", models.PositiveIntegerField(verbose_name="numéro")),
                        ("issued_on", models.DateField(verbose_name="daté du")),
                        ("first_day", models.DateField(verbose_name="période du")),
                        ("last_day", models.DateField(verbose_name="au")),
                        ("label", models.CharField(max_length=200, verbose_name="objet")),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("entered", "Montant saisi"),
                                    ("ledger", "Comptes du livre"),
                                ],
                                max_length=8,
                                verbose_name="origine du montant",
                            ),
                        ),
                        (
                            "account",
                            models.CharField(blank=True, max_length=20, verbose_name="compte"),
                        ),
                        ("axis", models.CharField(blank=True, max_length=60, verbose_name="axe")),
                        ("amount", models.BigIntegerField(verbose_name="montant (centimes)")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="motif"),
                        ),
                        (
                            "issued_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="établi le"
                            ),
                        ),
                        (
                            "issued_by",
                            models.CharField(blank=True, max_length=40, verbose_name="établi par"),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recharges",
                                to="costing.allocationkey",
                            ),
                        ),
                        (
                            "network",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recharges",
                                to="network.network",
                            ),
                        ),
                        (
                            "provider",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recharges_made",
                                to="network.entity",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="costing.rechargestatement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "relevé de refacturation",
                        "verbose_name_plural": "relevés de refacturation",
                        "db_table": "finance_rechargestatement",
                        "ordering": ["-year", "-number"],
                    },
                ),
                migrations.CreateModel(
                    name="RechargeLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "quantity",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                max_digits=16,
                                null=True,
                                verbose_name="quantité",
                            ),
                        ),
                        (
                            "share",
                            models.PositiveIntegerField(verbose_name="part (centièmes de %)"),
                        ),
                        ("amount", models.BigIntegerField(verbose_name="montant (centimes)")),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recharge_lines",
                                to="network.entity",
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="costing.rechargestatement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ligne de refacturation",
                        "verbose_name_plural": "lignes de refacturation",
                        "db_table": "finance_rechargeline",
                        "ordering": ["entity__position", "pk"],
                    },
                ),
                migrations.AddConstraint(
                    model_name="allocationkey",
                    constraint=models.UniqueConstraint(
                        fields=("network", "code", "valid_from"), name="key_version"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allocationkey",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "driver__in",
                                [
                                    "fte",
                                    "payslips",
                                    "invoices",
                                    "seats",
                                    "tickets",
                                    "area",
                                    "budget",
                                    "members",
                                    "fixed_variable",
                                    "entered",
                                ],
                            ),
                            ("fixed__lte", 10000),
                        ),
                        name="key_driver",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allocationkey",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="key_period",
                    ),
                ),
                migrations.AddIndex(
                    model_name="budget",
                    index=models.Index(fields=["network", "year"], name="budget_year"),
                ),
                migrations.AddConstraint(
                    model_name="budget",
                    constraint=models.UniqueConstraint(
                        fields=("entity", "year", "kind", "number"), name="budget_number"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="budget",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kind__in", ["initial", "revised", "executed"])),
                        name="budget_kind",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="budget",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "draft"), ("voted_on", None)),
                            models.Q(
                                ("status__in", ["voted", "sent", "approved", "refused"]),
                                ("voted_on__isnull", False),
                                models.Q(("voted_body", ""), _negated=True),
                                models.Q(("voted_act", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="budget_status",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="budget",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_on", None), ("status__in", ["draft", "voted"])),
                            models.Q(
                                ("sent_on__isnull", False),
                                ("status__in", ["sent", "approved", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="budget_sending",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="budgetaxis",
                    constraint=models.UniqueConstraint(
                        fields=("network", "code"), name="budgetaxis_code"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="budgetaxis",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from", None),
                            ("valid_to", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="budgetaxis_period",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="budgetline",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("axis__isnull", True)),
                        fields=("budget", "account"),
                        name="budgetline_plain",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="budgetline",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("axis__isnull", False)),
                        fields=("budget", "account", "axis"),
                        name="budgetline_axis",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="coststudy",
                    constraint=models.UniqueConstraint(
                        fields=("process", "provider", "year"), name="coststudy_year"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="coststudy",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("cost__gt", 0),
                            ("fte__gt", 0),
                            ("minutes_per_fte__gt", 0),
                            ("practical__gt", 0),
                            ("practical__lte", 10000),
                        ),
                        name="coststudy_capacity",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="costline",
                    constraint=models.UniqueConstraint(
                        fields=("study", "entity", "activity"), name="cost_line_activity"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="costline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 0), ("volume__gte", 0)),
                        name="cost_line_positive",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="keyshare",
                    constraint=models.UniqueConstraint(
                        fields=("key", "entity"), name="key_share_entity"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="keyshare",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("share__lte", 10000)), name="key_share_whole"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="processvolume",
                    constraint=models.UniqueConstraint(
                        fields=("process", "entity", "year"), name="volume_cell"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="processvolume",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("volume", None), ("volume__gte", 0), _connector="OR"),
                            models.Q(("fte", None), ("fte__gte", 0), _connector="OR"),
                        ),
                        name="volume_positive",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rechargestatement",
                    constraint=models.UniqueConstraint(
                        fields=("network", "year", "number"), name="recharge_number"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rechargestatement",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))),
                        name="recharge_period",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rechargestatement",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("reverses", None),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="recharge_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="rechargeline",
                    constraint=models.UniqueConstraint(
                        fields=("statement", "entity"), name="recharge_line_entity"
                    ),
                ),
            ]
        )
    ]
