package io.resque.tck;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How far the author of a backend has come with each role, and the role to go on with. Thread-safe. */
final class TodoList {
    private final Map<Role, Progress> roles = new EnumMap<>(Role.class);

    private static final class Progress {
        private int passed;
        private int failed;
        private final Set<String> broken = new TreeSet<>();
        private final Set<String> notWritten = new TreeSet<>();
        private final Set<Role> needs = new TreeSet<>();

        /** Whether only other roles keep the tests of this one from being passed. */
        boolean waits() {
            return failed > 0 && broken.isEmpty() && notWritten.isEmpty() && !needs.isEmpty();
        }
    }

    private Progress of(Role role) {
        return roles.computeIfAbsent(role, any -> new Progress());
    }

    synchronized void passed(Role role) {
        of(role).passed++;
    }

    synchronized void skipped(Role role) {
        of(role);
    }

    synchronized void failed(Role role, Set<String> broken) {
        of(role).failed++;
        of(role).broken.addAll(broken);
    }

    synchronized void notWritten(Role role, NotWritten failure) {
        of(role).failed++;
        failure.roles().stream().filter(other -> other != role).forEach(of(role).needs::add);
        failure.calls().stream()
                .filter(call -> call.role() == role)
                .forEach(call -> of(role).notWritten.add(call.name()));
    }

    /** If no test can be run, as without a Redis, there is nothing to say of roles. */
    private boolean isOpen() {
        return roles.values().stream()
                .anyMatch(progress ->
                        !progress.broken.isEmpty() || !progress.notWritten.isEmpty() || !progress.needs.isEmpty());
    }

    /**
     * The lines of the report; none if there is nothing to do.
     *
     * @param test the author's test class, whose kit has the roles
     */
    synchronized List<String> lines(Class<?> test) {
        if (!isOpen()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add("roles, in the order in which to write them:");
        Role next = null;
        for (Role role : Role.of(test)) {
            Progress progress = roles.get(role);
            lines.add("  " + role.tag() + ": " + (progress == null ? "not run" : words(progress)));
            if (next == null && progress != null && progress.failed > 0 && !progress.waits()) {
                next = role;
            }
        }
        if (next == null) {
            next = roles.values().stream()
                    .flatMap(progress -> progress.needs.stream())
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        lines.add("next: " + next.tag() + "; run its tests by: mvn test -Dtest="
                + test.getName().replaceFirst(".*\\.", "") + " -Dgroups=" + next.tag());
        return lines;
    }

    private static String words(Progress progress) {
        int all = progress.passed + progress.failed;
        if (all == 0) {
            return "does not apply";
        } else if (progress.failed == 0) {
            return "done, " + all + " of " + all + " tests passed";
        }
        List<String> words = new ArrayList<>(List.of(progress.passed + " of " + all + " tests passed"));
        if (!progress.broken.isEmpty()) {
            words.add("broken: " + String.join(", ", progress.broken));
        }
        if (!progress.notWritten.isEmpty()) {
            words.add("not written: " + String.join(", ", progress.notWritten));
        }
        if (!progress.needs.isEmpty()) {
            words.add("needs " + progress.needs.stream().map(Role::tag).collect(Collectors.joining(", ")));
        }
        return String.join("; ", words);
    }
}
