import json

import keras
import pytest

from darkhar.config import ENHANCEMENTS, UsageError
from darkhar.config.enhancements import EnhancementParameter
from darkhar.enhancement import registry
from darkhar.enhancement.layers import Enhancement


def test_names_are_those_of_the_configuration():
    assert set(registry.names()) == set(ENHANCEMENTS)


@pytest.mark.parametrize("name", ENHANCEMENTS)
def test_layer_and_specification(name):
    layer = registry.get_enhancement(name)
    assert isinstance(layer, keras.layers.Layer)
    assert layer.name == name
    assert layer.trainable_weights == []
    specification = registry.specification(name)
    assert specification.pop("name") == name
    assert json.loads(json.dumps(specification)) == specification
    # It tells all that the layer is made with.
    assert specification.items() <= layer.get_config().items()


def test_unknown_name_proposes_the_nearest():
    for function in (registry.get_enhancement, registry.specification):
        with pytest.raises(UsageError, match="did you mean 'textbook_equalization'"):
            function("textbook_equalisation")


def test_parameters_of_a_text():
    assert registry.specification("clahe:tiles=4") == {
        "name": "clahe",
        "clip_limit": 2.0,
        "tiles": 4,
    }
    layer = registry.get_enhancement("clahe:tiles=4")
    assert (layer.clip_limit, layer.tiles) == (2.0, 4)
    # TensorFlow's names hold no colon and no equals sign.
    assert layer.name == "clahe"


def test_one_specification_for_all_texts_of_an_enhancement():
    specification = registry.specification("gamma")
    assert registry.specification("gamma:gamma=2.20") == specification
    assert registry.specification("gamma:gamma=2.8") != specification


def test_a_further_one_joins_by_name(monkeypatch):
    monkeypatch.setattr(registry, "_LAYERS", dict(registry._LAYERS))
    offset = {"offset": EnhancementParameter(int, 1, 0, 9)}
    monkeypatch.setitem(ENHANCEMENTS, "doubled", offset)

    @registry.register("doubled")
    class Scaled(Enhancement):
        def __init__(self, offset, **kwargs):
            super().__init__(**kwargs)
            self.offset = offset

        def enhance(self, images):
            return 2 * images + self.offset

    assert "doubled" in registry.names()
    assert registry.specification("doubled:offset=5") == {
        "name": "doubled",
        "offset": 5,
    }
    layer = registry.get_enhancement("doubled:offset=5")
    assert float(keras.ops.max(layer(keras.ops.ones((4, 4, 3))))) == 7
    with pytest.raises(ValueError, match="'doubled' is already"):
        registry.register("doubled")(Scaled)
