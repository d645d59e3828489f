package io.resque.examples;

import java.util.Map;

/** Reads the data of a backend that the demo shows, without using the library. */
interface DemoView extends AutoCloseable {
    /** All data under the demo's namespace, by name. */
    Map<String, Object> everything();

    /** Pushes a payload as another language writes it. */
    void push(String queue, String payload);

    String record(String worker);

    long processed();

    /** Removes all data under the namespace. */
    @Override
    void close();
}
