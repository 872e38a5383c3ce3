"""How different two pictures look, by models of what people see."""

from preimage.metric.perceptual.feature_distance import FeatureDistance
from preimage.metric.perceptual.gmsd import GMSD
from preimage.metric.perceptual.haarpsi import HaarPSI
from preimage.metric.perceptual.lpips import LPIPS
from preimage.metric.perceptual.vif import VIF

__all__ = ["GMSD", "LPIPS", "VIF", "FeatureDistance", "HaarPSI"]
