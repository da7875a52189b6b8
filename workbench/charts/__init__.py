"""Charts: results and frames in, Vega-Lite specifications out (see ``theme`` for the rules)."""

from workbench.charts.amount_intervals import interval_band, interval_coverage, shift_cost
from workbench.charts.amounts import predicted_against_actual, residual_histogram, residuals_by_value
from workbench.charts.associations import association_map
from workbench.charts.calibration import calibration
from workbench.charts.classes import confusion, precision_recall, roc
from workbench.charts.columns import column_distribution, missingness
from workbench.charts.decisions import decision_measures, decision_value
from workbench.charts.effects import effect as column_effect
from workbench.charts.effects import interactions, pair_effect
from workbench.charts.errors_in_time import errors_in_time
from workbench.charts.folds import fold_scores
from workbench.charts.gain import gain, lift
from workbench.charts.pairs import pair_chart
from workbench.charts.reasons import reasons
from workbench.charts.score_histogram import score_histogram
from workbench.charts.score_history import score_history
from workbench.charts.scores import importance, leaderboard, learning_curve
from workbench.charts.segments import fairness as fairness_rates
from workbench.charts.segments import segments, slices
from workbench.charts.target import drift_chart, shape_chart, target_chart
from workbench.charts.tuning import score_against_setting
from workbench.charts.two_tables import two_distributions

CHARTS = {
    "leaderboard": leaderboard,
    "roc": roc,
    "precision_recall": precision_recall,
    "confusion": confusion,
    "calibration": calibration,
    "gain": gain,
    "lift": lift,
    "score_histogram": score_histogram,
    "fold_scores": fold_scores,
    "predicted_against_actual": predicted_against_actual,
    "residual_histogram": residual_histogram,
    "residuals_by_value": residuals_by_value,
    "errors_in_time": errors_in_time,
    "interval_band": interval_band,
    "interval_coverage": interval_coverage,
    "shift_cost": shift_cost,
    "importance": importance,
    "learning_curve": learning_curve,
    "segments": segments,
    "slices": slices,
    "fairness_rates": fairness_rates,
    "score_against_setting": score_against_setting,
    "score_history": score_history,
    "column_distribution": column_distribution,
    "missingness": missingness,
    "pair_chart": pair_chart,
    "association_map": association_map,
    "shape_chart": shape_chart,
    "drift_chart": drift_chart,
    "target_chart": target_chart,
    "two_distributions": two_distributions,
    "decision_value": decision_value,
    "decision_measures": decision_measures,
    "reasons": reasons,
    "column_effect": column_effect,
    "pair_effect": pair_effect,
    "interactions": interactions,
}

__all__ = ["CHARTS", *CHARTS]
