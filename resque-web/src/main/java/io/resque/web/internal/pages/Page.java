package io.resque.web.internal.pages;

import io.resque.web.internal.http.WebResponse;
import java.util.List;
import java.util.Map;

/** One page. Thread-safe. */
interface Page {
    /** Changes nothing. */
    WebResponse show(Visit visit);

    /** What its buttons do that change something, by the field {@code do}, each with the further fields that it needs. */
    default Map<String, List<String>> actions() {
        return Map.of();
    }

    /** The parameters of the address that choose what a button changes. */
    default List<String> filter() {
        return List.of();
    }

    /** Does what a button says. It is asked only if the visitor has the rights that {@link #needed} names. */
    default WebResponse act(Visit visit) {
        throw new NoSuchPage();
    }

    /** The rights that the button of a visit needs. */
    default Rights needed(Visit visit) {
        return Rights.ALL;
    }

    /** There is nothing of this name, such as no such queue or button. */
    final class NoSuchPage extends RuntimeException {
        NoSuchPage() {
            super(null, null, false, false);
        }
    }
}
