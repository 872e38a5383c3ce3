"""How the page looks, as a theme of gradio: the fonts of the system, greys that leave colours to the pictures."""

from typing import Any

__all__ = ["quiet_theme"]

_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def quiet_theme() -> Any:
    """The theme, light and dark."""
    from gradio.themes import Base

    theme = Base(
        primary_hue="neutral", secondary_hue="neutral", neutral_hue="neutral", font=_FONTS, font_mono=_MONO,
        radius_size="md", text_size="md", spacing_size="md",
    )  # fmt: skip
    return theme.set(
        body_background_fill="#f5f5f4", body_background_fill_dark="#161616",
        body_text_color="#1c1c1c", body_text_color_dark="#e8e8e6",
        body_text_color_subdued="#6d6d6a", body_text_color_subdued_dark="#9c9c98",
        background_fill_primary="#ffffff", background_fill_primary_dark="#1f1f1f",
        background_fill_secondary="#fafaf9", background_fill_secondary_dark="#1a1a1a",
        block_background_fill="transparent", block_background_fill_dark="transparent",
        block_border_width="0px", block_shadow="none", block_padding="0px", block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent", block_title_text_weight="600", block_title_text_size="14px",
        block_info_text_size="13px", border_color_primary="#e2e2df", border_color_primary_dark="#343432",
        input_background_fill="#ffffff", input_background_fill_dark="#262626", input_border_width="1px",
        input_shadow="none", input_shadow_focus="none", layout_gap="14px", form_gap_width="0px",
        button_primary_background_fill="#1f6f68", button_primary_background_fill_dark="#2b8c83",
        button_primary_background_fill_hover="#195b55", button_primary_background_fill_hover_dark="#33a196",
        button_primary_text_color="#ffffff", button_primary_text_color_dark="#ffffff",
        button_secondary_background_fill="#ececea", button_secondary_background_fill_dark="#2c2c2b",
        button_secondary_border_color="transparent", button_primary_border_color="transparent",
        button_large_padding="10px 18px", button_large_text_weight="600",
        slider_color="#1f6f68", slider_color_dark="#2b8c83", color_accent="#1f6f68", color_accent_soft="#e4efed",
        color_accent_soft_dark="#1e3a37", checkbox_background_color_selected="#1f6f68",
        checkbox_background_color_selected_dark="#2b8c83", checkbox_border_color_selected="#1f6f68",
        checkbox_border_color_selected_dark="#2b8c83", checkbox_label_background_fill="transparent",
        checkbox_label_background_fill_dark="transparent", checkbox_label_background_fill_selected="transparent",
        checkbox_label_background_fill_selected_dark="transparent", checkbox_label_border_width="0px",
        checkbox_label_background_fill_hover="transparent", checkbox_label_background_fill_hover_dark="transparent",
        block_title_text_color="*body_text_color", block_title_text_color_dark="*body_text_color",
        checkbox_label_border_width_dark="0px", button_primary_border_color_dark="transparent",
        button_secondary_border_color_dark="transparent", block_border_width_dark="0px",
        checkbox_label_shadow="none", checkbox_label_padding="4px 0px", checkbox_label_text_color="*body_text_color",
    )  # fmt: skip
