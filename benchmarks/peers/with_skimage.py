"""scikit-image: ``pip install scikit-image`` (it is also in our own environment)."""

from _protocol import Method, Problem, Watch, serve
from skimage.restoration import denoise_tv_chambolle


def denoise(problem: Problem, watch: Watch) -> None:
    y, weight = problem["y"], problem["weight"]
    watch.fresh(lambda steps: denoise_tv_chambolle(y, weight=weight, eps=0, max_num_iter=steps, channel_axis=0))


METHODS: dict[str, dict[str, Method]] = {"denoise": {"Chambolle": denoise}}

if __name__ == "__main__":
    serve(METHODS, {})
