import json
import sys

import keras
import pytest

from darkhar.config import ENHANCEMENTS, UsageError
from darkhar.config.enhancements import EnhancementParameter
from darkhar.enhancement import equalization, registry
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


def test_paper_parameters():
    assert registry.specification("keras_cv_equalization") == {
        "name": "keras_cv_equalization",
        "value_range": [0, 255],
        "bins": 256,
    }


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
    monkeypatch.setattr(registry, "_ENTRIES", dict(registry._ENTRIES))
    offset = {"offset": EnhancementParameter(int, 1, 0, 9)}
    monkeypatch.setitem(ENHANCEMENTS, "doubled", offset)

    @registry.register("doubled", factor=2)
    class Scaled(Enhancement):
        def __init__(self, factor, offset, **kwargs):
            super().__init__(**kwargs)
            self.factor, self.offset = factor, offset

        def enhance(self, images):
            return self.factor * images + self.offset

    assert "doubled" in registry.names()
    assert registry.specification("doubled:offset=5") == {
        "name": "doubled",
        "factor": 2,
        "offset": 5,
    }
    layer = registry.get_enhancement("doubled:offset=5")
    assert float(keras.ops.max(layer(keras.ops.ones((4, 4, 3))))) == 7
    with pytest.raises(ValueError, match="'doubled' is already"):
        registry.register("doubled")(Scaled)


def test_keras_cv_is_imported_only_when_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras_cv", None)  # importing it fails
    assert not hasattr(equalization, "keras_cv")
    registry.specification("keras_cv_equalization")
    registry.get_enhancement("textbook_equalization")
    with pytest.raises(ImportError):
        registry.get_enhancement("keras_cv_equalization")
