package io.resque.tck;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.opentest4j.AssertionFailedError;

/** Ends a test that has called methods of the ports which the adapter does not have yet. */
final class NotWritten extends AssertionFailedError {
    private static final long serialVersionUID = 1L;

    /**
     * A method that the adapter does not have yet.
     *
     * @param name such as {@code Queues.push}
     * @param thrown what it threw
     */
    record Call(Role role, String name, UnsupportedOperationException thrown) {}

    private final transient List<Call> calls;

    /**
     * Makes a failure.
     *
     * @param numbers the rules of the test, to begin the message with
     * @param calls one at least
     */
    NotWritten(String numbers, List<Call> calls) {
        super(
                XmlText.safe(numbers + "not judged, since it needs the role "
                        + first(calls).role().tag() + ": " + first(calls).name() + " threw "
                        + first(calls).thrown()),
                XmlText.safe(first(calls).thrown()));
        this.calls = List.copyOf(calls);
        setStackTrace(first(calls).thrown().getStackTrace());
    }

    private static Call first(List<Call> calls) {
        return calls.get(0);
    }

    Set<Role> roles() {
        Set<Role> roles = new TreeSet<>();
        calls.forEach(call -> roles.add(call.role()));
        return roles;
    }

    List<Call> calls() {
        return calls;
    }
}
