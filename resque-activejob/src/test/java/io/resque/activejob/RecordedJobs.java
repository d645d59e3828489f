package io.resque.activejob;

import io.resque.activejob.RubyShown.MissingRecord;
import io.resque.activejob.RubyShown.Person;
import io.resque.activejob.codec.GlobalId;
import io.resque.activejob.codec.RubyHash;
import io.resque.api.DontPerformException;
import io.resque.api.JobArgumentException;
import io.resque.api.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The classes of the recordings, in Java. Each notes what the class in Ruby notes. */
final class RecordedJobs {
    final List<String> ran = new ArrayList<>();
    final CountDownLatch running = new CountDownLatch(1);

    /** Ruby's class of this name, in the recordings. */
    static class AppError extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AppError(String message) {
            super(message);
        }
    }

    /** A subclass. */
    static final class SubError extends AppError {
        private static final long serialVersionUID = 1L;

        SubError(String message) {
            super(message);
        }
    }

    /** Another class. */
    static final class OtherError extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OtherError(String message) {
            super(message);
        }
    }

    private static ActiveJobHandler raises(RuntimeException error) {
        return job -> {
            throw error;
        };
    }

    private static Retry retry(int attempts, int seconds) {
        return Retry.limit(attempts - 1).fixed(Duration.ofSeconds(seconds)).countedAs("AppError");
    }

    ActiveJobHandlers handlers() {
        ActiveJobHandlers all = ActiveJobs.handlers()
                .resolve("shop", "Person", Person::find)
                .resolve("shop-app", "Person", Person::find);
        failing(all);
        rescuing(all);
        steps(all);
        return all.on("WelcomeJob", this::note)
                .on("UnwrappedJob", this::note)
                .on("ActionMailer::MailDeliveryJob", this::note)
                .on(
                        "EnqueueInsideJob",
                        job -> ActiveJobs.on(job.resque())
                                .locale("en")
                                .enqueue(ActiveJob.of("WelcomeJob", 1L).waitFor(Duration.ofSeconds(10))))
                .on("KeywordJob", job -> {
                    if (job.args().size() != 1) {
                        throw new JobArgumentException("wrong number of arguments");
                    }
                    ran.add("id=" + job.args().get(0) + " flag=" + job.args().get("flag"));
                })
                .on("HashJob", job -> ran.add("opts=" + inspect(job)))
                .on("LiveTermJob", job -> {
                    ran.add("term job in");
                    running.countDown();
                    new CountDownLatch(1).await();
                });
    }

    private void failing(ActiveJobHandlers all) {
        all.on("FailJob", raises(new AppError("boom é")))
                .on("MarkupFailJob", raises(new AppError("<b>&</b> #<Object> \u2028")))
                .on("FailNilJob", raises(new AppError(null)))
                .on("ExitJob", job -> {
                    throw new LinkageError("a ScriptError");
                })
                .on("RetryJob", raises(new AppError("again")))
                .retry("RetryJob", retry(5, 3))
                .on("RescueNotImplementedJob", raises(new AppError("again")))
                .retry("RescueNotImplementedJob", retry(5, 3))
                .on("RetryWaitJob", raises(new SubError("sub")))
                .retry("RetryWaitJob", retry(3, 3600))
                .on("RetryTwoJob", raises(new OtherError("o")))
                .retry("RetryTwoJob", retry(5, 10).countedAs("AppError", "OtherError"))
                .on("RetryStackJob", raises(new OtherError("o")))
                .retry(
                        "RetryStackJob",
                        retry(5, 10).on(OtherError.class, retry(5, 10).countedAs("OtherError")))
                .on("RetryStringJob", raises(new AppError("s")))
                .retry("RetryStringJob", retry(5, 10).countedAs("\"AppError\""))
                .on("RetryZeroJob", raises(new AppError("z")))
                .retry("RetryZeroJob", retry(5, 0))
                .on("RetryPolyJob", raises(new AppError("p")))
                .retry("RetryPolyJob", Retry.limit(9).polynomial().countedAs("AppError"))
                .on("RetryProcJob", raises(new AppError("p")))
                .retry("RetryProcJob", retry(5, 100))
                .on("RetryQueueJob", raises(new AppError("q")))
                .retry("RetryQueueJob", retry(5, 10).queue("slow"))
                .on("RetryUnlimitedJob", raises(new AppError("u")))
                .retry("RetryUnlimitedJob", retry(Integer.MAX_VALUE, 1))
                .on("RetryOnceThenFineJob", this::note)
                .on("LiveRetryJob", job -> {
                    ran.add(RailsRedis.JSON
                            .encode(List.of(job.jobId().orElseThrow(), job.executions(), job.exceptionExecutions()))
                            .text());
                    throw new AppError("live");
                })
                .retry("LiveRetryJob", retry(3, 0))
                .on("LiveKillJob", job -> {});
    }

    private void rescuing(ActiveJobHandlers all) {
        all.on("RetryBlockJob", job -> ran.add("exhausted " + job.jobId().orElseThrow() + " b"))
                .on("DiscardJob", raises(new AppError("d")))
                .discard("DiscardJob", AppError.class)
                .on("DiscardMissingJob", job -> job.args().get(0, Person.class))
                .discard("DiscardMissingJob", MissingRecord.class)
                .on("DiscardBlockJob", job -> ran.add("discarded d"))
                .on("RescueJob", job -> ran.add("rescued r"))
                .on("RescueNilJob", job -> {})
                .on("RescueRaiseJob", raises(new OtherError("from rescue_from")))
                .on("RescueAllJob", job -> {
                    try {
                        note(job);
                    } catch (MissingRecord e) {
                        ran.add("rescued " + e);
                    }
                })
                .on("ManualRetryJob", job -> {
                    throw job.retryIn(Duration.ofSeconds(30), "again");
                })
                .on("ManualRetryNowJob", job -> {
                    throw job.retryIn(Duration.ZERO);
                })
                .on("BeforeAbortJob", raises(new DontPerformException("abort")));
    }

    private void steps(ActiveJobHandlers all) {
        Duration pause = Duration.ofSeconds(5);
        all.on("StepsJob", job -> {
                    String stop = job.args().find("stop_in", String.class).orElse("");
                    Continuation at = job.continuation();
                    if (!at.completed().isEmpty() && !at.isDone("prepare")) {
                        throw new IllegalStateException("Step 'prepare' found, expected to see " + at.completed());
                    }
                    if (!at.isDone("prepare")) {
                        ran.add("prepare");
                        at = job.checkpoint(at.done("prepare"));
                        if (stop.equals("prepare")) {
                            throw job.retryIn(pause);
                        }
                    }
                    int rows = job.args().get(0, int.class);
                    for (int row = ((Number) at.cursorOf("rows").orElse(0)).intValue(); row < rows; row++) {
                        ran.add("row " + row);
                        at = job.checkpoint(at.at("rows", row + 1));
                        if (stop.equals("rows") && row == 1) {
                            throw job.retryIn(pause);
                        }
                    }
                    ran.add("finish");
                })
                .on("DateCursorJob", job -> {
                    ran.add("day Mon, 01 Jan 2024");
                    job.checkpoint(Continuation.start().at("days", "2024-01-02"));
                    throw job.retryIn(pause);
                })
                .on("RecordCursorJob", job -> {
                    ran.add("person nil");
                    job.checkpoint(Continuation.start().at("people", List.of(1, Map.of("a", "sym"))));
                    throw job.retryIn(pause);
                })
                .on("ErrorAfterJob", job -> {
                    job.checkpoint(Continuation.start().at("rows", 1));
                    throw job.retryIn(pause);
                })
                .on("ErrorBeforeJob", raises(new IllegalStateException("boom")))
                .on("LimitJob", raises(new IllegalStateException("Job was resumed a maximum of 1 times")));
    }

    /** As {@code p} in Ruby shows a hash with keys of one kind, before Ruby 3.4. */
    private static String inspect(ActiveJobContext job) {
        boolean isKeywords = job.args().size() == 0;
        RubyHash hash = (RubyHash) (isKeywords ? job.keywords() : job.args().get(0));
        List<String> pairs = new ArrayList<>();
        hash.forEach((key, value) ->
                pairs.add((hash.symbolKeys().contains(key) ? ":" + key : "\"" + key + "\"") + "=>" + value));
        return "{" + String.join(", ", pairs) + "}";
    }

    private void note(ActiveJobContext job) {
        List<Object> args = new ArrayList<>();
        for (int i = 0; i < job.args().size(); i++) {
            Object value = job.args().get(i);
            args.add(RubyShown.of(value instanceof GlobalId ? job.args().get(i, Person.class) : value));
        }
        Map<String, Object> noted = new LinkedHashMap<>();
        noted.put("args", args);
        noted.put("keywords", RubyShown.keywords(job.keywords()));
        noted.put("executions", (long) job.executions());
        noted.put("exception_executions", job.exceptionExecutions());
        noted.put("locale", job.locale().orElse(null));
        noted.put("timezone", job.member("timezone").orElse(null));
        noted.put("queue_name", job.queueName().orElse(null));
        noted.put("enqueued_at", job.enqueuedAt().map(Object::toString).orElse(null));
        noted.put("scheduled_at", job.scheduledAt().map(Object::toString).orElse(null));
        noted.put("class", job.jobClass());
        ran.add(RailsRedis.JSON.encode(noted).text());
    }
}
