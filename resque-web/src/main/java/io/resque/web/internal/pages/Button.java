package io.resque.web.internal.pages;

import java.util.Map;

/**
 * A form with one button.
 *
 * @param address where it is sent
 * @param fields hidden fields; {@code do} says what to do
 * @param grave whether it removes something
 */
record Button(String text, String address, Map<String, String> fields, boolean grave) {
    /** The field that says what to do. */
    static final String DO = "do";
}
