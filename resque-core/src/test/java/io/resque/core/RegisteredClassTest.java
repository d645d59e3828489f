package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobRegistry;
import io.resque.api.JobType;
import io.resque.api.TypedJob;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A class that is registered as a job is one that a worker can create. */
class RegisteredClassTest {
    private static final List<String> RAN = new ArrayList<>();

    record Welcome(String name) {}

    private static final JobType<Welcome> WELCOME = JobType.of("WelcomeMail", "q", Welcome.class);

    private final Resque resque = Resque.builder()
            .url("memory:" + UUID.randomUUID())
            .serializer("gson")
            .build();

    @AfterEach
    void close() {
        resque.close();
        RAN.clear();
    }

    static final class WelcomeMail implements Job {
        private WelcomeMail() {}

        @Override
        public void perform(JobContext context) {
            RAN.add(context.jobClass());
        }
    }

    abstract static class Abstract implements Job {}

    interface AnInterface extends Job {}

    class Inner implements Job {
        @Override
        public void perform(JobContext context) {}
    }

    class TypedInner implements TypedJob<Welcome> {
        @Override
        public void perform(Welcome value, JobContext context) {}
    }

    static class NeedsAMailer implements Job {
        NeedsAMailer(String mailer) {
            RAN.add(mailer);
        }

        @Override
        public void perform(JobContext context) {}
    }

    private WorkerBuilder worker() {
        return resque.workerBuilder("q");
    }

    private static String name(Class<?> type) {
        return RegisteredClassTest.class.getName() + "$" + type.getSimpleName();
    }

    @Test
    void withoutANameItHasTheNameOfItsClass() {
        resque.enqueue("q", "WelcomeMail");
        assertThat(worker().register(WelcomeMail.class).drain()).isOne();
        resque.enqueue("q", "WelcomeMail");
        assertThat(worker().module(jobs -> jobs.register(WelcomeMail.class)).drain())
                .isOne();
        assertThat(RAN).containsExactly("WelcomeMail", "WelcomeMail");
        assertThatThrownBy(() -> worker().register(WelcomeMail.class).register(WelcomeMail.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A job is registered for \"WelcomeMail\" already");
        assertThatThrownBy(() -> worker().register((Class<? extends Job>) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("type");
    }

    @Test
    void aClassThatNobodyCanCreateIsRefusedAtOnce() {
        refused(Abstract.class, "is abstract; register a concrete class");
        refused(AnInterface.class, "is an interface; register a class that implements it");
        refused(Inner.class, "is an inner class, which needs an object of RegisteredClassTest; make it static");
        assertThatThrownBy(() -> worker().register(WELCOME, TypedInner.class))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith("make it static");
    }

    private void refused(Class<? extends Job> type, String why) {
        assertThatThrownBy(() -> worker().register("Any", type))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(name(type) + " " + why);
        assertThatThrownBy(() -> worker().module(jobs -> jobs.register("Any", type)))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> Resque.builder()
                        .url("memory:")
                        .serializer("gson")
                        .inline(jobs -> jobs.register("Any", type))
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(name(type) + " " + why);
    }

    @Test
    void aConstructorThatOnlyAFactoryCanCallIsRefusedAtTheStart() {
        String why = name(NeedsAMailer.class)
                + " has no constructor without parameters; give it one, register a supplier, or set a"
                + " JobFactory that can create it";
        assertThatThrownBy(() -> worker().register(NeedsAMailer.class).start())
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(why);
        assertThatThrownBy(() -> worker().register(NeedsAMailer.class).drain()).hasMessage(why);
        assertThat(resque.inspector().workers()).isEmpty();
        resque.enqueue("q", "NeedsAMailer");
        worker().register(NeedsAMailer.class)
                .factory(type -> new NeedsAMailer("smtp"))
                .drain();
        assertThat(RAN).containsExactly("smtp");
        assertThat(resque.failures().count()).isZero();
    }

    @Test
    void aFactoryThatIsSetBeforeMayCreateAny() {
        resque.enqueue("q", "AnInterface");
        worker().factory(type -> new WelcomeMail())
                .register(AnInterface.class)
                .register(Inner.class)
                .drain();
        assertThat(RAN).containsExactly("AnInterface");
    }

    @Test
    void aClassInAMethodIsToldFromOneThatLacksAConstructor() {
        List<String> around = new ArrayList<>();
        class Local implements Job {
            @Override
            public void perform(JobContext context) {
                around.add(context.jobClass());
            }
        }
        assertThatThrownBy(() -> worker().register(Local.class).start())
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        Local.class.getName() + " is declared inside a method, and needs values from there; make it a"
                                + " static class, or register a supplier");
    }

    @Test
    void aRegistryOfAnotherImplementationHasIt() {
        List<String> names = new ArrayList<>();
        JobRegistry registry = new JobRegistry() {
            @Override
            public JobRegistry register(String jobClass, java.util.function.Supplier<? extends Job> factory) {
                return this;
            }

            @Override
            public JobRegistry register(String jobClass, Class<? extends Job> type) {
                names.add(jobClass + " " + type.getSimpleName());
                return this;
            }

            @Override
            public <A> JobRegistry register(JobType<A> type, Class<? extends TypedJob<A>> job) {
                return this;
            }
        };
        registry.register(WelcomeMail.class);
        assertThat(names).containsExactly("WelcomeMail WelcomeMail");
    }
}
