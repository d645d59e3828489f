package io.resque.cli;

import io.resque.api.UniqueLock;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "locks",
        description = {
            "Lists the locks of unique jobs, or frees one of them.",
            "A lock is 'unsure' if another program has written it, or its worker is not registered."
        },
        footer = {"  resque locks", "  resque locks free java:lock:until_done:mail:Welcome:8d2f1a"})
final class LocksCommand extends ResqueCommand {
    private static final String LIST = "list";
    private static final String FREE = "free";

    static final class Known extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Known() {
            super(List.of(LIST, FREE));
        }
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            completionCandidates = Known.class,
            description = "${COMPLETION-CANDIDATES}; list if none is named",
            defaultValue = LIST)
    private String action = LIST;

    @Parameters(index = "1", arity = "0..1", paramLabel = "KEY", description = "the lock to free, as list shows it")
    private @Nullable String key;

    @Option(names = "--force", description = "of free: also a lock that is not unsure")
    private boolean force;

    @Override
    void check() {
        if (!new Known().contains(action)) {
            throw mistake(Actions.unknown("locks", action, new Known()));
        }
        if (action.equals(FREE) == (key == null)) {
            throw mistake(
                    key == null
                            ? "Name the lock: resque locks free KEY; 'resque locks' shows the keys"
                            : "list shows all locks; leave out " + key);
        }
        if (force && !action.equals(FREE)) {
            throw mistake("--force is for free; leave it out, list needs none");
        }
    }

    @Override
    boolean looks() {
        return true;
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        console.does(() -> "Reading locks");
        List<UniqueLock> locks = resque.inspector().locks();
        return action.equals(FREE) ? free(resque, console, locks) : list(console, locks);
    }

    private int free(Resque resque, Console console, List<UniqueLock> locks) {
        Optional<UniqueLock> lock =
                locks.stream().filter(each -> each.key().equals(key)).findFirst();
        if (lock.isPresent() && !lock.get().unsure() && !force) {
            throw mistake("The lock " + key + " has a job, which is " + word(lock.get())
                    + "; say --force to free it, so that an equal job can be enqueued or run beside");
        }
        boolean freed = lock.isPresent() && resque.inspector().freeLock(lock.get());
        if (console.isJson()) {
            console.json(Map.of("freed", freed));
        } else if (freed) {
            console.line("Freed the lock " + key);
        } else {
            warn("There is no lock " + key + " now; 'resque locks' shows all locks");
        }
        return freed ? ExitStatus.OK : ExitStatus.NO;
    }

    private static int list(Console console, List<UniqueLock> locks) {
        if (console.isJson()) {
            console.json(locks.stream().map(LocksCommand::tree).toList());
            return ExitStatus.OK;
        }
        if (!locks.isEmpty()) {
            Table table = Table.of("KIND", "JOB", "SINCE", "UNTIL", "WORKER", "KEY");
            locks.forEach(lock -> table.row(
                    lock.kind()
                            .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                            .orElse("-"),
                    word(lock) + (lock.unsure() ? ", unsure" : ""),
                    text(lock.since()),
                    text(lock.expiry()),
                    lock.worker().orElse("-"),
                    lock.key()));
            console.table(table);
        }
        console.line(Console.count(locks.size(), "lock"));
        return ExitStatus.OK;
    }

    private static String word(UniqueLock lock) {
        return lock.state().name().toLowerCase(Locale.ROOT);
    }

    private static String text(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse("-");
    }

    private static Map<String, @Nullable Object> tree(UniqueLock lock) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("key", lock.key());
        tree.put(
                "kind",
                lock.kind().map(kind -> kind.name().toLowerCase(Locale.ROOT)).orElse(null));
        tree.put("job", word(lock));
        tree.put("worker", lock.worker().orElse(null));
        tree.put("since", lock.since().map(Instant::toString).orElse(null));
        tree.put("until", lock.expiry().map(Instant::toString).orElse(null));
        tree.put("unsure", lock.unsure());
        return tree;
    }
}
