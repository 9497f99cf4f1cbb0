import functools

import keras
import pytest

from darkhar.config import ENHANCEMENTS, ParameterError
from darkhar.config.enhancements import Enhancement as Row
from darkhar.config.enhancements import EnhancementParameter
from darkhar.enhancement.clahe import CLAHE
from darkhar.enhancement.layers import Enhancement
from darkhar.enhancement.registry import enhancement_layer, get_enhancement
from darkhar.store.keys import key_of


@pytest.mark.parametrize("name", ENHANCEMENTS)
def test_layer_with_its_defaults(name):
    layer = get_enhancement(name)
    assert isinstance(layer, Enhancement)
    # TensorFlow's names hold no colon and no equals sign.
    assert layer.name == name
    assert layer.trainable_weights == []
    defaults = {k: p.default for k, p in ENHANCEMENTS[name].parameters.items()}
    assert defaults.items() <= layer.get_config().items()


def test_class_with_the_parameters_of_a_text():
    made = enhancement_layer("clahe:tiles=4")
    assert isinstance(made, functools.partial)
    assert made.func is CLAHE
    assert made.keywords == {"name": "clahe", "clip_limit": 2.0, "tiles": 4}
    layer = get_enhancement("clahe:tiles=4")
    assert (layer.name, layer.clip_limit, layer.tiles) == ("clahe", 2.0, 4)


def test_one_key_for_all_texts_of_an_enhancement():
    key = key_of(enhancement_layer("gamma"))
    assert key_of(enhancement_layer("gamma:gamma=2.20")) == key
    assert key_of(enhancement_layer("gamma:gamma=2.8")) != key


@pytest.mark.parametrize("make", [enhancement_layer, get_enhancement])
def test_texts_that_name_none(make):
    with pytest.raises(ParameterError, match="did you mean 'textbook_equalization'"):
        make("textbook_equalisation")
    # Ranges are in the table alone, and checked before a layer is made.
    with pytest.raises(ParameterError, match=r"'saturated' .* at most 0\.25"):
        make("retinex:saturated=0.3")


class Scaled(Enhancement):
    def __init__(self, offset, **kwargs):
        super().__init__(**kwargs)
        self.offset = offset

    def enhance(self, images):
        return 2 * images + self.offset


def test_a_module_and_a_row_make_one_more(monkeypatch):
    row = Row(
        f"{__name__}:Scaled",
        "twice as bright",
        {"offset": EnhancementParameter(int, 1, 0, 9)},
    )
    monkeypatch.setitem(ENHANCEMENTS, "scaled", row)
    layer = get_enhancement("scaled:offset=5")
    assert float(keras.ops.max(layer(keras.ops.ones((4, 4, 3))))) == 7
    assert layer.name == "scaled"
