package io.resque.activejob;

import io.resque.activejob.codec.Arguments;
import io.resque.activejob.codec.RubyClass;
import io.resque.activejob.codec.RubyHash;
import io.resque.api.InvalidJobException;
import io.resque.api.spi.JsonRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A mail of Rails' Action Mailer: {@code UserMailer.with(who: person).welcome(1, flag: true).deliver_later}. Immutable.
 *
 * <pre>{@code rails.deliverLater(ActiveMail.of("UserMailer", "welcome", 1).with("flag", true).param("who", rails.gid("Person", 7)))}</pre>
 */
public final class ActiveMail {
    private static final String JOB_CLASS = "ActionMailer::MailDeliveryJob";

    private final String mailer;
    private final String action;
    private final Arguments arguments;
    private final Map<String, @Nullable Object> params;

    private ActiveMail(String mailer, String action, Arguments arguments, Map<String, @Nullable Object> params) {
        this.mailer = mailer;
        this.action = action;
        this.arguments = arguments;
        this.params = params;
    }

    /**
     * A mail.
     *
     * @param mailer name of the mailer class in Ruby
     * @param action name of its method
     * @param positional the arguments of the method; for a single argument that is null write {@code (Object) null}
     * @return the mail
     * @throws InvalidJobException if the mailer has no name of a Ruby class, or the action is blank
     */
    public static ActiveMail of(String mailer, String action, @Nullable Object... positional) {
        if (!RubyClass.of(mailer).isConstant()) {
            throw new InvalidJobException("The mailer \"" + JsonRules.forLog(mailer)
                    + "\" is no name of a Ruby class; give one such as UserMailer");
        }
        if (action.isBlank()) {
            throw new InvalidJobException("The action of a mail of " + mailer
                    + " is blank; give the name of a method of the mailer, such as welcome");
        }
        return new ActiveMail(mailer, action, Arguments.of(positional), Map.of());
    }

    /**
     * The same mail with one more keyword argument of its method.
     *
     * @param keyword its name
     * @param value its value
     * @return the mail
     */
    public ActiveMail with(String keyword, @Nullable Object value) {
        return new ActiveMail(mailer, action, arguments.with(keyword, value), params);
    }

    /**
     * The same mail with one more parameter of its mailer: what {@code with} gives in Ruby.
     *
     * @param name its name
     * @param value its value
     * @return the mail
     */
    public ActiveMail param(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(params);
        more.put(name, value);
        return new ActiveMail(mailer, action, arguments, Collections.unmodifiableMap(more));
    }

    /**
     * The job that delivers the mail, so that queue and time can be chosen.
     *
     * @return a job of {@code ActionMailer::MailDeliveryJob}
     */
    public ActiveJob toJob() {
        List<@Nullable Object> args = new ArrayList<>(arguments.positional());
        if (!arguments.keywords().isEmpty()) {
            args.add(arguments.keywords());
        }
        ActiveJob job = ActiveJob.of(JOB_CLASS, mailer, action, "deliver_now");
        if (!params.isEmpty()) {
            job = job.with("params", RubyHash.of(RubyHash.Keys.SYMBOL, params));
        }
        return job.with("args", args);
    }

    /** Leaves out the arguments: they may hold secrets. */
    @Override
    public String toString() {
        return "ActiveMail[" + mailer + "#" + action + "]";
    }
}
