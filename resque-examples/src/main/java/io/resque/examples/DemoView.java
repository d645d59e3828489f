package io.resque.examples;

import java.util.Map;

/** What the demo shows of a backend, beside what the library itself tells. */
interface DemoView extends AutoCloseable {
    /** All that stands under the demo's namespace, by name. */
    Map<String, Object> everything();

    /** Pushes a payload as another language has written it. */
    void push(String queue, String payload);

    String record(String worker);

    long processed();

    /** Removes what stands under the namespace. */
    @Override
    void close();
}
