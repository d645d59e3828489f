package io.resque.activejob;

import io.resque.activejob.codec.ArgumentCodec;
import io.resque.activejob.codec.GlobalId;
import io.resque.api.DontPerformException;
import io.resque.api.Job;
import io.resque.api.JobArgumentException;
import io.resque.api.JobContext;
import io.resque.api.UnknownJobException;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.RetryLaterException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs each job of ActiveJob by its handler. Has no state of a run. */
final class ActiveJobRun implements Job {
    private static final Logger LOG = LoggerFactory.getLogger("io.resque.worker");

    private final Map<String, ActiveJobHandler> handlers;
    private final Map<String, List<Class<? extends Throwable>>> discards;
    private final ArgumentCodec codec;
    private final Map<String, Function<? super GlobalId, ?>> resolvers;

    ActiveJobRun(
            Map<String, ActiveJobHandler> handlers,
            Map<String, List<Class<? extends Throwable>>> discards,
            ArgumentCodec codec,
            Map<String, Function<? super GlobalId, ?>> resolvers) {
        this.handlers = handlers;
        this.discards = discards;
        this.codec = codec;
        this.resolvers = resolvers;
    }

    @Override
    public void perform(JobContext context) throws Exception {
        Map<?, ?> hash = hash(context);
        String jobClass = jobClass(hash);
        ActiveJobHandler handler = handlers.get(jobClass);
        if (handler == null) {
            throw new UnknownJobException("No handler is registered for the ActiveJob \"" + jobClass
                    + "\"; add one by ActiveJobHandlers.on, or leave it to a worker of Rails by putBackOthers");
        }
        try {
            handler.perform(new ActiveJobContext(context, jobClass, hash, codec, resolvers));
        } catch (DontPerformException | RetryLaterException e) {
            throw e;
        } catch (Throwable e) { // also an Error: Rails can discard any exception
            if (!isDiscarded(jobClass, e)) {
                throw e;
            }
            LOG.info(
                    "{} of {} is discarded, since it threw {}: {}",
                    JsonRules.forLog(jobClass),
                    JsonRules.forLog(context.queue()),
                    e.getClass().getName(),
                    JsonRules.forLog(String.valueOf(e.getMessage())));
        }
    }

    private static Map<?, ?> hash(JobContext context) {
        List<@Nullable Object> args = context.args().asList();
        if (args.size() != 1) {
            throw new JobArgumentException("A job of ActiveJob has one argument, its hash; was given " + args.size());
        }
        if (args.get(0) instanceof Map<?, ?> hash) {
            return hash;
        }
        throw new JobArgumentException(
                "The argument of a job of ActiveJob is its hash, was " + JsonRules.kind(args.get(0)));
    }

    private static String jobClass(Map<?, ?> hash) {
        if (hash.get("job_class") instanceof String name) {
            return name.startsWith("::") ? name.substring(2) : name;
        }
        throw new JobArgumentException(
                "The member job_class of a job of ActiveJob is a text, was " + JsonRules.kind(hash.get("job_class")));
    }

    private boolean isDiscarded(String jobClass, Throwable thrown) {
        return discards.getOrDefault(jobClass, List.of()).stream().anyMatch(each -> each.isInstance(thrown));
    }
}
