"""The recipes there are: one row each, read by the command line.

Nothing is imported to read it, so that a command line can be checked at once.
"""

import pkgutil
from dataclasses import dataclass
from typing import Any

__all__ = ["RECIPES", "RecipeRow"]


@dataclass(frozen=True)
class RecipeRow:
    """A recipe in the table.

    Attributes:
        name: as users type it.
        where: ``module:Class`` of a :class:`preimage.training.Recipe`.
        help: what it trains, in a line.
    """

    name: str
    where: str
    help: str

    def load(self) -> Any:
        """Import the class of the recipe."""
        return pkgutil.resolve_name(self.where)


_HERE = "preimage.training.recipes"

RECIPES = (
    RecipeRow("drunet", f"{_HERE}.drunet:DRUNetRecipe", "Train a denoiser for all levels of noise, DRUNet."),
    RecipeRow("diffusion", f"{_HERE}.diffusion:DiffusionRecipe", "Train a prior for diffusion: for all noise."),
    RecipeRow("conditional-gan", f"{_HERE}.conditional_gan:ConditionalGANRecipe", "Train a GAN that draws samples."),
    RecipeRow("latent-flow", f"{_HERE}.latent_flow:LatentFlowRecipe", "Train a generator of patches, a flow of codes."),
    RecipeRow("usr-color", f"{_HERE}.usr:USRRecipe", "Train one network for all kernels and factors 1 to 4, USRNet."),
    RecipeRow("blind-color", f"{_HERE}.blind:BlindColorRecipe", "Train a denoiser for unknown noise, colour."),
    RecipeRow("blind-grey", f"{_HERE}.blind:BlindGreyRecipe", "Train a denoiser for unknown noise, grey."),
    RecipeRow("deblock", f"{_HERE}.deblock:DeblockRecipe", "Train a network that removes the artefacts of JPEG."),
    RecipeRow("sr-blind", f"{_HERE}.sr_blind:SRBlindRecipe", "Train a network that enlarges pictures blindly."),
    RecipeRow("sr-crisp", f"{_HERE}.crisp.enlargement:SRCrispRecipe", "Train one that makes lost detail, BSRGAN."),
    RecipeRow("usr-crisp", f"{_HERE}.crisp.usr:USRCrispRecipe", "Train a USRNet that makes lost detail, USRGAN."),
    RecipeRow("unrolled", f"{_HERE}.unrolled:UnrolledRecipe", "Train unrolled proximal gradient descent to deblur."),
    RecipeRow("ram", f"{_HERE}.ram:RAMRecipe", "Train one network for many problems, RAM."),
    RecipeRow("fill", f"{_HERE}.fill:FillRecipe", "Train a network that fills in scattered pixels."),
    RecipeRow("noise-level", f"{_HERE}.noise_level.recipe:NoiseLevelRecipe", "Train a network that finds noise."),
    RecipeRow("patchnr", f"{_HERE}.patchnr:PatchNRRecipe", "Fit a normalising flow of patches, PatchNR."),
    RecipeRow("epll", f"{_HERE}.epll:EPLLRecipe", "Fit a mixture of Gaussians to patches, EPLL."),
    RecipeRow("niqe", f"{_HERE}.natural:NIQERecipe", "Fit the pristine model of the metric NIQE."),
    RecipeRow("brisque-distance", f"{_HERE}.natural:BRISQUEDistanceRecipe", "Fit that of BRISQUE's distance."),
)
