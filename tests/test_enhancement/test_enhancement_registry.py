import json
import sys
from typing import get_args

import keras
import pytest

from darkhar.config import UsageError
from darkhar.config.parameters import EnhancementName
from darkhar.enhancement import equalization, registry
from darkhar.enhancement.layers import Enhancement


def test_names_are_those_of_the_parameters():
    assert set(registry.names()) == set(get_args(EnhancementName))


@pytest.mark.parametrize("name", get_args(EnhancementName))
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
    with pytest.raises(UsageError, match="did you mean 'textbook_equalization'"):
        registry.get_enhancement("textbook_equalisation")


def test_a_further_one_joins_by_name(monkeypatch):
    monkeypatch.setattr(registry, "_ENTRIES", dict(registry._ENTRIES))

    @registry.register("doubled", factor=2)
    class Scaled(Enhancement):
        def __init__(self, factor, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor

        def enhance(self, images):
            return self.factor * images

    assert "doubled" in registry.names()
    assert registry.specification("doubled") == {"name": "doubled", "factor": 2}
    layer = registry.get_enhancement("doubled")
    assert float(keras.ops.max(layer(keras.ops.ones((4, 4, 3))))) == 2
    with pytest.raises(ValueError, match="'doubled' is already"):
        registry.register("doubled")(Scaled)


def test_keras_cv_is_imported_only_when_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras_cv", None)  # importing it fails
    assert not hasattr(equalization, "keras_cv")
    registry.specification("keras_cv_equalization")
    registry.get_enhancement("textbook_equalization")
    with pytest.raises(ImportError):
        registry.get_enhancement("keras_cv_equalization")
