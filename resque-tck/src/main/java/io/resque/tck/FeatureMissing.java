package io.resque.tck;

import org.opentest4j.TestAbortedException;

/** Ends a test that needs a feature which the adapter does not declare. */
final class FeatureMissing extends TestAbortedException {
    private static final long serialVersionUID = 1L;

    private final Feature feature;

    FeatureMissing(Feature feature, String message) {
        super(message);
        this.feature = feature;
    }

    Feature feature() {
        return feature;
    }
}
