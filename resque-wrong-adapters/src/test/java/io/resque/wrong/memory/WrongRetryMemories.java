package io.resque.wrong.memory;

import static io.resque.wrong.memory.Wrong.port;
import static io.resque.wrong.memory.Wrong.session;

import io.resque.api.spi.Effect;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Workers;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Memory backends that are wrong when they give a job another run. */
final class WrongRetryMemories {
    private WrongRetryMemories() {}

    private static Settlement with(Object settlement, UnaryOperator<Effect.Retry> wrong) {
        Settlement told = (Settlement) settlement;
        List<Effect> effects = told.effects().stream()
                .map(effect -> effect instanceof Effect.Retry retry ? wrong.apply(retry) : effect)
                .toList();
        return new Settlement(told.job(), effects);
    }

    static List<Wrong> all() {
        return List.of(
                session(
                        "gives another run at once",
                        "W-691",
                        "settle",
                        (backend, session, real, args) -> real.call(with(
                                args[0], retry -> new Effect.Retry(retry.queue(), 0, retry.item(), retry.payload())))),
                session(
                        "delays another run that is due",
                        "W-692",
                        "settle",
                        (backend, session, real, args) -> real.call(with(
                                args[0],
                                retry -> new Effect.Retry(
                                        retry.queue(), Long.MAX_VALUE, retry.item(), retry.payload())))),
                session("an end leaves the notes", "W-699", "settle", (backend, session, real, args) -> {
                    Settlement told = (Settlement) args[0];
                    List<Effect> effects = told.effects().stream()
                            .filter(effect -> !(effect instanceof Effect.ForgetRetry))
                            .toList();
                    return real.call(new Settlement(told.job(), effects));
                }),
                port(
                        "reads no policies",
                        "W-696",
                        Workers.class,
                        "workers",
                        "policies",
                        (backend, real, args) -> Optional.empty()));
    }
}
