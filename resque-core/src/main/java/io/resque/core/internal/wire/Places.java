package io.resque.core.internal.wire;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import java.util.function.Function;

/** Reads pages from places that a backend has named. A caller can have changed such a place, for example in the parameter of a link. */
public final class Places {
    private Places() {}

    /** A backend refuses a place that it has not named, which is the mistake of the caller. */
    public static <T> T read(String from, Function<String, T> page) {
        try {
            return page.apply(from);
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            if (from.isEmpty()) {
                throw e;
            }
            throw new IllegalArgumentException(
                    "The backend does not go on from this place; pass the next of an earlier part: " + e.getMessage(),
                    e);
        }
    }
}
