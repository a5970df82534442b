"""Figures of the review. Each takes a frame, draws every row of it, and says the same in its alternative text."""

from helpers.plots.bars import bars
from helpers.plots.bubbles import evidence_map
from helpers.plots.curve import specification_curve
from helpers.plots.doses import ranges
from helpers.plots.flow import flow, prisma_flow
from helpers.plots.forest import printed_percentages, proportions
from helpers.plots.judgements import effect_directions, traffic_lights
from helpers.plots.living import living_flow
from helpers.plots.matrix import heatmap
from helpers.plots.updates import prisma_update_flow
from helpers.plots.upset import upset

__all__ = [
    "bars",
    "effect_directions",
    "evidence_map",
    "flow",
    "heatmap",
    "living_flow",
    "printed_percentages",
    "prisma_flow",
    "prisma_update_flow",
    "proportions",
    "ranges",
    "specification_curve",
    "traffic_lights",
    "upset",
]
