package io.resque.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The class by which people know a job that another system has wrapped. Rails' ActiveJob enqueues every job under the class {@code
 * ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper}, and names the job's own class in its only argument:
 *
 * <pre>{@code {"job_class":"WelcomeJob","job_id":"…","arguments":[1]}}</pre>
 *
 * <p>Sidekiq's wrapper and that of active_scheduler have the same argument. For a mail of ActionMailer the result names mailer and method, as
 * in {@code UserMailer#welcome}.
 */
public final class InnerClass {
    /** A longer text is no name. */
    private static final int MOST = 500;

    private static final String WRAPPER = "Wrapper";

    private InnerClass() {}

    /**
     * The class by which people know a job. Never fails, whatever the job holds; looks at a few values only.
     *
     * @param jobClass the class in the payload
     * @param args the arguments in the payload
     * @return the inner class, or {@code jobClass} if the job is not wrapped, or its wrapper names no class
     */
    public static String of(String jobClass, List<? extends @Nullable Object> args) {
        if (!jobClass.endsWith(WRAPPER)
                || args.isEmpty()
                || !(args.get(0) instanceof Map<?, ?> job)
                || !(job.get("job_class") instanceof String inner)
                || !isName(inner)) {
            return jobClass;
        }
        return switch (inner) {
            case "ActionMailer::MailDeliveryJob",
                    "ActionMailer::DeliveryJob",
                    "ActionMailer::Parameterized::DeliveryJob" -> mail(inner, job.get("arguments"));
            default -> inner;
        };
    }

    private static String mail(String inner, @Nullable Object arguments) {
        return arguments instanceof List<?> values
                        && values.size() > 1
                        && values.get(0) instanceof String mailer
                        && values.get(1) instanceof String method
                        && isName(mailer)
                        && isName(method)
                ? mailer + "#" + method
                : inner;
    }

    private static boolean isName(String text) {
        return !text.isBlank() && text.length() <= MOST;
    }
}
