package io.resque.wrong.memory;

import static io.resque.wrong.memory.WrongStore.of;
import static io.resque.wrong.memory.WrongStore.writes;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stores of statuses, each of which breaks one rule. */
final class WrongStores {
    private static final String STAYS = "so it must still be there";

    private WrongStores() {}

    static List<WrongStore> all() {
        return List.of(
                writes(
                        "WAITING expires after a second",
                        "W-701",
                        STAYS,
                        told -> told.state() == JobState.WAITING && told.expiry() == null
                                ? with(told, Duration.ofSeconds(1))
                                : told),
                keeping("WAITING keeps the old expiry", "W-707", JobState.WAITING),
                keeping("RUNNING keeps the old expiry", "W-702", JobState.RUNNING),
                writes(
                        "takes an expiry for milliseconds",
                        "W-702",
                        STAYS,
                        told -> told.expiry() == null
                                ? told
                                : with(
                                        told,
                                        Duration.ofSeconds(
                                                Math.max(1, told.expiry().toSeconds() / 1_000)))),
                finds(
                        "takes times for milliseconds",
                        "W-701",
                        "must be the time of the write",
                        found -> new StatusRecord(
                                found.state(), millis(found.updated()), millis(found.started()), found.result())),
                finds(
                        "begins anew with each state",
                        "W-702",
                        "complete.started()",
                        found -> new StatusRecord(found.state(), found.updated(), found.updated(), found.result())),
                results("0 is no result", "0", result -> result.text().equals("0") ? null : result),
                results(
                        "an empty text is no result",
                        "\"\"",
                        result -> result.text().equals("\"\"") ? null : result),
                results(
                        "results are numbers of Java",
                        "1.50",
                        result -> result.text().equals("1.50") ? Payload.ofText("1.5") : result),
                finds(
                        "results of 64 KB at most",
                        "W-702",
                        "bytes was kept as it was",
                        found -> found.result() == null || found.result().size() < 65_536
                                ? found
                                : new StatusRecord(found.state(), found.updated(), found.started(), null)),
                tokens("tokens in any case", token -> token.toLowerCase(Locale.ROOT)),
                tokens("drops blanks at the end of tokens", String::stripTrailing),
                tokens("composes accents of tokens", token -> Normalizer.normalize(token, Normalizer.Form.NFC)),
                opens("ignores the namespace", config -> WrongStore.right(new BackendConfig(config.url(), "all"))),
                opens(
                        "cuts the namespace at a colon",
                        config -> WrongStore.right(new BackendConfig(
                                config.url(), String.valueOf(config.namespace()).replaceFirst(":.*", "")))),
                opens("joins namespace and token", config -> {
                    String namespace = String.valueOf(config.namespace());
                    StatusStore right =
                            WrongStore.right(new BackendConfig(config.url(), namespace.replaceFirst(":b$", "")));
                    return namespace.endsWith(":b") ? new Tokens(right, token -> "b:" + token) : right;
                }),
                of(
                        "keeps what a job tells that has no status",
                        "W-717",
                        "there is no status",
                        "writeProgress",
                        (store, real, args) -> {
                            real.call(args);
                            return true;
                        }),
                of(
                        "reads nothing of what a job tells",
                        "W-717",
                        "must return what was written",
                        "progress",
                        (store, real, args) -> Optional.empty()),
                of(
                        "writes a new status after close",
                        "W-710",
                        "writeNew after close()",
                        "writeNew",
                        (store, real, args) -> {
                            try {
                                return real.call(args);
                            } catch (BackendException e) {
                                return true;
                            }
                        }),
                of(
                        "has null for an absent status",
                        "W-981",
                        "must not return null",
                        "find",
                        (store, real, args) -> ((Optional<?>) real.call(args)).isEmpty() ? null : real.call(args)),
                of(
                        "removes what has the same state",
                        "W-712",
                        "it must be left alone",
                        "removeUnchanged",
                        (store, real, args) -> {
                            Set<String> removed = new HashSet<>();
                            ((Map<?, ?>) args[0]).forEach((token, seen) -> {
                                JobState state = ((StatusRecord) seen).state();
                                if (store.find((String) token)
                                                .filter(found -> found.state() == state)
                                                .isPresent()
                                        && store.remove((String) token)) {
                                    removed.add((String) token);
                                }
                            });
                            return removed;
                        }),
                of(
                        "answers no end that was not written",
                        "W-981",
                        "must return one element for each",
                        "endAgain",
                        (store, real, args) -> ((List<?>) real.call(args))
                                .stream().filter(Boolean.TRUE::equals).toList()));
    }

    private static StatusChange with(StatusChange told, @Nullable Duration expiry) {
        return new StatusChange(told.token(), told.state(), told.result(), expiry);
    }

    /** A write of this state without an expiry does not end the expiry of the record. */
    private static WrongStore keeping(String label, String rule, JobState state) {
        Map<String, Duration> expiries = new ConcurrentHashMap<>();
        return writes(label, rule, STAYS, told -> {
            Duration expiry = told.expiry();
            if (expiry == null && told.state() == state) {
                expiry = expiries.get(told.token());
            }
            if (expiry == null) {
                expiries.remove(told.token());
            } else {
                expiries.put(told.token(), expiry);
            }
            return with(told, expiry);
        });
    }

    private static @Nullable Instant millis(@Nullable Instant time) {
        return time == null ? null : Instant.ofEpochMilli(time.getEpochSecond());
    }

    private static WrongStore finds(String label, String rule, String says, UnaryOperator<StatusRecord> change) {
        return of(
                label,
                rule,
                says,
                "find",
                (store, real, args) ->
                        ((Optional<?>) real.call(args)).map(found -> change.apply((StatusRecord) found)));
    }

    private static WrongStore results(String label, String says, UnaryOperator<@Nullable Payload> change) {
        return finds(
                label,
                "W-702",
                "result that was written as " + says,
                found -> new StatusRecord(
                        found.state(),
                        found.updated(),
                        found.started(),
                        found.result() == null ? null : change.apply(found.result())));
    }

    private static WrongStore tokens(String label, UnaryOperator<String> change) {
        return of(label, "W-709", "must have a status of its own", real -> new Tokens(real, change));
    }

    private static WrongStore opens(String label, Function<BackendConfig, StatusStore> open) {
        return new WrongStore(label, "W-112", "", open, null);
    }

    /** A right store, but for its tokens. */
    private record Tokens(StatusStore real, UnaryOperator<String> change) implements StatusStore {
        @Override
        public boolean write(StatusChange told) {
            return real.write(changed(told));
        }

        @Override
        public boolean writeNew(StatusChange told) {
            return real.writeNew(changed(told));
        }

        private StatusChange changed(StatusChange told) {
            return new StatusChange(change.apply(told.token()), told.state(), told.result(), told.expiry());
        }

        @Override
        public Optional<StatusRecord> find(String token) {
            return real.find(change.apply(token));
        }

        @Override
        public boolean remove(String token) {
            return real.remove(change.apply(token));
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
