package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.InvalidJobException;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobState;
import io.resque.api.JobType;
import io.resque.api.TypedJob;
import io.resque.tck.WireRule;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs whose arguments are one value, from the producer to the job. */
@ParameterizedClass
@ValueSource(strings = {"gson", "jackson"})
class TypedJobTest {
    private static final String LONG = "an integer from -9223372036854775808 to 9223372036854775807";

    enum Channel {
        MAIL,
        SMS {
            @Override
            public String toString() {
                return "a text message";
            }
        }
    }

    record Welcome(long user, String name, Optional<String> locale) {}

    static final JobType<Welcome> WELCOME = JobType.of("WelcomeMail", "mail", Welcome.class);

    record Line(String text, double price) {
        Line {
            if (price < 0) {
                throw new IllegalArgumentException("price must not be negative, was " + price);
            }
        }
    }

    record Order(
            boolean paid,
            byte tiny,
            Short small,
            int count,
            BigInteger huge,
            float half,
            Double rate,
            Channel channel,
            List<Line> lines,
            Map<String, List<Integer>> sizes,
            Optional<Line> extra,
            Object any) {}

    static final JobType<Order> ORDER = JobType.of("Order", "shop", Order.class);
    static final String ORDER_ARGS = "[true,-128,7,42,18446744073709551616,0.1,1.0,\"SMS\","
            + "[{\"text\":\"a\",\"price\":1.5}],{\"m\":[1,2]},null,{\"k\":[null]}]";

    record Appointment(Instant at, Optional<Money> fee) {}

    record Money(BigDecimal amount, String currency) {
        static Money parse(String text) {
            return new Money(new BigDecimal(text.substring(3)), text.substring(0, 3));
        }

        String text() {
            return currency + amount;
        }
    }

    private final CoreRedis redis = new CoreRedis();
    private final List<@Nullable Object> seen = new ArrayList<>();

    @Parameter
    String serializer = "";

    @AfterEach
    void clear() {
        redis.clear();
    }

    private Resque open() {
        return redis.builder().serializer(serializer).build();
    }

    private static Order order() {
        Map<String, Object> any = new HashMap<>();
        any.put("k", Arrays.asList((Object) null));
        return new Order(
                true,
                (byte) -128,
                (short) 7,
                42,
                new BigInteger("18446744073709551616"),
                0.1f,
                1.0,
                Channel.SMS,
                List.of(new Line("a", 1.5)),
                Map.of("m", List.of(1, 2)),
                Optional.empty(),
                any);
    }

    @Test
    @WireRule("W-218")
    void theComponentsAreTheArgumentsOrTheMembersOfOneMap() {
        try (Resque resque = open()) {
            assertThat(resque.enqueue(WELCOME, new Welcome(42, "Chris", Optional.empty())))
                    .isTrue();
            resque.enqueue(WELCOME.asMap(), new Welcome(42, "Chris", Optional.of("en")));
            resque.enqueue(ORDER, order());
        }
        assertThat(redis.queue("mail"))
                .containsExactly(
                        "{\"class\":\"WelcomeMail\",\"args\":[42,\"Chris\",null]}",
                        "{\"class\":\"WelcomeMail\",\"args\":[{\"user\":42,\"name\":\"Chris\",\"locale\":\"en\"}]}");
        assertThat(redis.queue("shop")).containsExactly("{\"class\":\"Order\",\"args\":" + ORDER_ARGS + "}");
    }

    @Test
    @WireRule({"W-218", "W-219"})
    void whatIsEnqueuedIsRead() {
        try (Resque resque = open()) {
            resque.enqueue(ORDER, order());
            resque.enqueue(ORDER.asMap(), order());
            resque.workerBuilder("shop")
                    .register(ORDER, (order, context) -> seen.add(order))
                    .drain();
        }
        assertThat(failures()).isEmpty();
        assertThat(seen).containsExactly(order(), order());
    }

    @Test
    void manyTrackedAndLater() {
        Welcome kim = new Welcome(1, "Kim", Optional.empty());
        Welcome alex = new Welcome(2, "Alex", Optional.of("en"));
        try (Resque resque = open()) {
            assertThat(resque.enqueueAll(WELCOME, List.of(kim, alex))).isEqualTo(2);
            assertThat(resque.enqueueAll(WELCOME, Stream.of(kim, alex))).isEqualTo(2);
            assertThat(resque.enqueueAsync(WELCOME, kim).toCompletableFuture().join())
                    .isTrue();
            assertThat(resque.enqueueAllAsync(WELCOME, List.of(kim, alex))
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(2);
            String token = resque.enqueueTracked(WELCOME, alex).orElseThrow();
            assertThat(resque.enqueueTracked("mail", WELCOME.spec(kim).withId("kim-1")))
                    .hasValue("kim-1");
            resque.workerBuilder("mail")
                    .register(WELCOME, (welcome, context) -> seen.add(welcome))
                    .drain();
            assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.COMPLETE);
            assertThat(resque.status("kim-1").orElseThrow().state()).isEqualTo(JobState.COMPLETE);
        }
        assertThat(seen).containsExactly(kim, alex, kim, alex, kim, kim, alex, alex, kim);
    }

    /** A job with fields, and one that enqueues another. */
    static class WelcomeJob implements TypedJob<Welcome> {
        static final List<String> STEPS = new ArrayList<>();
        private int runs;

        @Override
        public void setUp(JobContext context) {
            STEPS.add("setUp " + ++runs);
        }

        @Override
        public void perform(Welcome welcome, JobContext context) {
            STEPS.add("perform " + ++runs + " " + welcome.name());
            if (welcome.user() > 1) {
                context.enqueue(WELCOME, new Welcome(welcome.user() - 1, welcome.name() + "'", welcome.locale()));
            }
        }

        @Override
        public void tearDown(JobContext context) {
            STEPS.add("tearDown " + ++runs);
        }
    }

    @Test
    void aClassHasAnInstanceForEachRunAndAJobEnqueuesAnother() {
        WelcomeJob.STEPS.clear();
        try (Resque resque = open()) {
            resque.enqueue(WELCOME, new Welcome(2, "Kim", Optional.empty()));
            resque.workerBuilder("mail")
                    .module(jobs -> jobs.register(WELCOME, WelcomeJob.class))
                    .drain();
            resque.enqueue("mail", "WelcomeMail", "not a number", "x");
            resque.workerBuilder("mail").register(WELCOME, WelcomeJob.class).drain();
        }
        assertThat(WelcomeJob.STEPS)
                .containsExactly("setUp 1", "perform 2 Kim", "tearDown 3", "setUp 1", "perform 2 Kim'", "tearDown 3");
    }

    private List<String> failures() {
        return CoreRedis.CLIENT.texts("LRANGE", redis.key("failed"), 0, -1).stream()
                .map(record -> record.replaceAll(".*\"error\":\"((?:[^\"\\\\]|\\\\.)*)\".*", "$1")
                        .replace("\\\"", "\""))
                .toList();
    }

    /** Runs payloads of any library as a typed job; gives the message of each failure. */
    private <A> List<String> run(JobType<A> type, String... args) {
        try (Resque resque = open()) {
            for (String each : args) {
                CoreRedis.CLIENT.texts(
                        "EVAL",
                        "redis.call('RPUSH', KEYS[1], ARGV[1]) return {}",
                        1,
                        redis.key("queue:any"),
                        "{\"class\":\"" + type.jobClass() + "\",\"args\":" + each + "}");
            }
            resque.workerBuilder("any")
                    .register(type, (value, context) -> seen.add(value))
                    .drain();
        }
        return failures();
    }

    @Test
    @WireRule("W-219")
    void bothLayoutsAreReadAndOptionalsAtTheEndCanBeMissing() {
        Welcome kim = new Welcome(43, "Kim", Optional.empty());
        for (JobType<Welcome> type : List.of(WELCOME, WELCOME.asMap())) {
            seen.clear();
            assertThat(run(
                            type,
                            "[43,\"Kim\"]",
                            "[43,\"Kim\",null]",
                            "[\"43\",\"Kim\"]",
                            "[{\"user\":43,\"name\":\"Kim\"}]",
                            "[{\"name\":\"Kim\",\"locale\":null,\"more\":[],\"user\":43}]"))
                    .isEmpty();
            assertThat(seen).containsOnly(kim).hasSize(5);
        }
    }

    record Settings(Map<String, Object> values, Optional<Integer> version) {}

    record Tags(List<String> tags) {}

    record Tick() {}

    record Nothing(Optional<String> text) {}

    @Test
    @WireRule("W-219")
    void aMapOrListAloneIsTheFirstComponentIfItCanBe() {
        JobType<Settings> settings = JobType.of("Settings", "any", Settings.class);
        assertThat(run(settings, "[{\"values\":1}]", "[{\"values\":1},2]")).isEmpty();
        assertThat(run(settings.asMap(), "[{\"values\":{\"a\":1}}]")).isEmpty();
        assertThat(run(JobType.of("Tags", "any", Tags.class), "[[]]", "[[\"a\"]]", "[{\"tags\":[\"b\"]}]"))
                .isEmpty();
        assertThat(run(JobType.of("Tick", "any", Tick.class), "[]", "[null]", "[[]]", "[{}]", "null"))
                .isEmpty();
        assertThat(run(JobType.of("Nothing", "any", Nothing.class), "[]", "[null]", "[[]]", "[{}]", "[\"x\"]"))
                .isEmpty();
        assertThat(seen)
                .containsExactly(
                        new Settings(Map.of("values", 1L), Optional.empty()),
                        new Settings(Map.of("values", 1L), Optional.of(2)),
                        new Settings(Map.of("a", 1L), Optional.empty()),
                        new Tags(List.of()),
                        new Tags(List.of("a")),
                        new Tags(List.of("b")),
                        new Tick(),
                        new Tick(),
                        new Tick(),
                        new Tick(),
                        new Tick(),
                        new Nothing(Optional.empty()),
                        new Nothing(Optional.empty()),
                        new Nothing(Optional.empty()),
                        new Nothing(Optional.empty()),
                        new Nothing(Optional.of("x")));
    }

    @Test
    @WireRule("W-219")
    void whatDoesNotFitIsNamed() {
        assertThat(run(
                        WELCOME,
                        "[43]",
                        "[]",
                        "[43,\"Kim\",null,1]",
                        "[\"forty\",\"Kim\"]",
                        "[43,7]",
                        "[43,null]",
                        "[43.5,\"Kim\"]",
                        "[1e3,\"Kim\"]",
                        "[9223372036854775808,\"Kim\"]",
                        "[[1,2],\"" + "x".repeat(100) + "\"]",
                        "[43,{\"a\":1}]",
                        "[43,\"Kim\",true]",
                        "[{\"user\":43,\"nmae\":\"Kim\"}]",
                        "[{\"user\":\"" + "é".repeat(50) + "\",\"name\":\"Kim\"}]"))
                .containsExactly(
                        "WelcomeMail was given 1 argument, so that argument 1 (name) is missing: Welcome has 3"
                                + " components, and only Optionals at its end can be left out",
                        "WelcomeMail was given 0 arguments, so that argument 0 (user) is missing: Welcome has 3"
                                + " components, and only Optionals at its end can be left out",
                        "WelcomeMail was given 4 arguments, more than the 3 components of Welcome",
                        "Argument 0 (user) of WelcomeMail is a string of 5 characters, not " + LONG,
                        "Argument 1 (name) of WelcomeMail is a number, not a string",
                        "Argument 1 (name) of WelcomeMail is null, not a string",
                        "Argument 0 (user) of WelcomeMail is a number, not " + LONG,
                        "Argument 0 (user) of WelcomeMail is a number, not " + LONG,
                        "Argument 0 (user) of WelcomeMail is a number, not " + LONG,
                        "Argument 0 (user) of WelcomeMail is an array of 2, not " + LONG,
                        "Argument 1 (name) of WelcomeMail is an object with [a], not a string",
                        "Argument 2 (locale) of WelcomeMail is a boolean, not a string",
                        "Argument 0 of WelcomeMail has no \"name\", which Welcome needs; it has [user, nmae]",
                        "Argument 0 (user) of WelcomeMail is a string of 50 characters, not " + LONG);
        assertThat(seen).isEmpty();
    }

    @Test
    @WireRule("W-219")
    void whatDoesNotFitDeepInsideIsNamed() {
        String good = ORDER_ARGS;
        assertThat(run(
                        ORDER,
                        good.replace("true,", "\"true\","),
                        good.replace("-128", "128"),
                        good.replace(",0.1,", ",0.123456789012,"),
                        good.replace(",1.0,", ",1.23456789012345678901,"),
                        good.replace(",1.0,", ",9007199254740993,"),
                        good.replace("SMS", "a text message"),
                        good.replace("1.5", "\"dear\""),
                        good.replace("1.5", "-1"),
                        good.replace("\"price\"", "\"prize\""),
                        good.replace("[1,2]", "[1,null]"),
                        good.replace("{\"m\":[1,2]}", "[]"),
                        good.replace("[{\"text\":\"a\",\"price\":1.5}]", "{}"),
                        good.replace(",null,{", ",7,{")))
                .containsExactly(
                        "Argument 0 (paid) of Order is a string of 4 characters, not a boolean",
                        "Argument 1 (tiny) of Order is a number, not an integer from -128 to 127",
                        "Argument 5 (half) of Order is a number, not a number that a float holds",
                        "Argument 6 (rate) of Order is a number, not a number that a double" + " holds",
                        "Argument 6 (rate) of Order is a number, not a number that a double holds",
                        "Argument 7 (channel) of Order is a string of 14 characters, not one of [MAIL, SMS]",
                        "Argument 8 (lines[0].price) of Order is a string of 4 characters, not a number that a double holds",
                        "Argument 8 (lines[0]) of Order: the constructor of Line threw"
                                + " java.lang.IllegalArgumentException: price must not be negative, was -1.0",
                        "Argument 8 (lines[0]) of Order has no \"price\", which Line needs; it has [text, prize]",
                        "Argument 9 (sizes[\"m\"][1]) of Order is null, not an integer from -2147483648 to 2147483647",
                        "Argument 9 (sizes) of Order is an array of 0, not an object",
                        "Argument 8 (lines) of Order is an object with [], not an array",
                        "Argument 10 (extra) of Order is a number, not an object for Line");
    }

    record Rates(double[] all) {}

    record Rate(double rate) {}

    @Test
    @WireRule("W-219")
    void theSeventeenDigitsOfADoubleAreThatDouble() {
        JobType<Rate> rate = JobType.of("Rate", "any", Rate.class);
        assertThat(run(rate, "[0.10000000000000001]", "[0.1]", "[7]", "[\"2.5\"]", "[1e400]"))
                .containsExactly("Argument 0 (rate) of Rate is a number, not a number that a double holds");
        assertThat(seen).containsExactly(new Rate(0.1), new Rate(0.1), new Rate(7), new Rate(2.5));
    }

    private static final JobType<Appointment> APPOINTMENT = JobType.of("Appointment", "any", Appointment.class);
    private static final Appointment NOON = new Appointment(
            Instant.parse("2026-11-30T12:00:00Z"), Optional.of(new Money(new BigDecimal("9.50"), "EUR")));

    @Test
    @WireRule({"W-218", "W-219"})
    void convertersGoBothWays() {
        JobType<Appointment> converting = APPOINTMENT
                .argument(Instant.class, Instant::toString, Instant::parse)
                .argument(Money.class, Money::text, Money::parse);
        try (Resque resque = open()) {
            resque.enqueue(converting, NOON);
            resque.enqueue(converting.asMap(), NOON);
        }
        List<String> bytes = List.of(
                "{\"class\":\"Appointment\",\"args\":[\"2026-11-30T12:00:00Z\",\"EUR9.50\"]}",
                "{\"class\":\"Appointment\",\"args\":[{\"at\":\"2026-11-30T12:00:00Z\",\"fee\":\"EUR9.50\"}]}");
        assertThat(redis.queue("any")).isEqualTo(bytes);
        assertThat(run(converting, "[\"noon\"]", "[7]"))
                .containsExactly(
                        "Argument 0 (at) of Appointment: the converter of java.time.Instant, given a string of 4 characters,"
                                + " threw java.time.format.DateTimeParseException: Text 'noon' could not be parsed at"
                                + " index 0",
                        "Argument 0 (at) of Appointment is a number, not what the converter of java.time.Instant"
                                + " takes");
        assertThat(seen).containsExactly(NOON, NOON);

        seen.clear();
        try (Resque resque = redis.builder()
                .serializer(serializer)
                .argument(Instant.class, Instant::toString, Instant::parse)
                .argument(Money.class, Money::text, Money::parse)
                .build()) {
            resque.enqueue(APPOINTMENT, NOON);
            resque.enqueue(APPOINTMENT.asMap(), NOON);
            assertThat(redis.queue("any")).isEqualTo(bytes);
            resque.workerBuilder("any")
                    .register(APPOINTMENT, (value, context) -> {
                        seen.add(value);
                        seen.add(context.args().as(Appointment.class));
                    })
                    .drain();
        }
        assertThat(seen).containsExactly(NOON, NOON, NOON, NOON);
    }

    record Strange(Set<String> tags) {}

    record Anything<T>(T value) {}

    record Bill(java.math.BigDecimal amount) {}

    record AnyOptional(Optional<Optional<String>> twice) {}

    record Node(String name, List<Node> children) {}

    record Deep(List<Map<String, Optional<Appointment>>> deep) {}

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(ConfigurationException.class).hasMessage(message);
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void aShapeThatJsonDoesNotHaveIsRefusedWhenTheTypeIsMade() {
        refused(
                () -> JobType.of("S", "q", Strange.class),
                "Arguments of \"S\": Strange.tags is a java.util.Set<java.lang.String>, which JSON does not have; take a"
                        + " List, a Map<String, …>, a record or an Optional");
        refused(
                () -> JobType.of("A", "q", (Class) Anything.class),
                "Arguments of \"A\": Anything.value is a T, which can be anything; name its class");
        refused(
                () -> JobType.of("R", "q", (Class) String.class),
                "java.lang.String is no record; a JobType needs one, such as record Welcome(long user) {}");
        assertThatThrownBy(() -> JobType.of(" ", "q", Welcome.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The jobClass of a JobType is empty; give it a name");
        refused(
                () -> JobType.of("O", "q", AnyOptional.class),
                "Arguments of \"O\": AnyOptional.twice is a java.util.Optional<java.lang.String>, which"
                        + " JSON does not have; take a List, a Map<String, …>, a record or an Optional");
    }

    private static String instant(String type, String place) {
        return "Arguments of \"" + type + "\": " + place
                + " is a java.time.Instant, which JSON does not have; say how to"
                + " send it and read it, by JobType.argument(Instant.class, Instant::toString, Instant::parse) or"
                + " Resque.builder().argument(Instant.class, Instant::toString, Instant::parse), or take a String, a number, a"
                + " record, an enum, a List or a Map";
    }

    @Test
    void aShapeWithoutAConverterIsRefusedAtTheStart() {
        try (Resque resque = open()) {
            refused(
                    () -> resque.workerBuilder("any").register(APPOINTMENT, (value, context) -> {}),
                    instant("Appointment", "Appointment.at"));
            refused(
                    () -> resque.workerBuilder("any")
                            .module(jobs -> jobs.register(JobType.of("Deep", "q", Deep.class), (value, context) -> {})),
                    instant("Deep", "Appointment.at"));
            refused(
                    () -> resque.workerBuilder("any")
                            .register(JobType.of("Rates", "q", Rates.class), (value, context) -> {}),
                    "Arguments of \"Rates\": Rates.all is a double[], which JSON does not have; take a List");
            refused(
                    () -> resque.workerBuilder("any")
                            .register(JobType.of("Bill", "q", Bill.class), (value, context) -> {}),
                    "Arguments of \"Bill\": Bill.amount is a java.math.BigDecimal, whose digits Ruby's and PHP's workers would"
                            + " lose; say how to send it and read it, by JobType.argument(BigDecimal.class, …, …) or"
                            + " Resque.builder().argument(BigDecimal.class, …, …), or take a String or a double");
            JobType<Appointment> half = APPOINTMENT.argument(Money.class, Money::text, Money::parse);
            refused(() -> resque.enqueue(half, NOON), instant("Appointment", "Appointment.at"));
            assertThatThrownBy(() -> resque.enqueue(APPOINTMENT, NOON))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessageStartingWith(
                            "Argument 0 of Appointment is a java.time.Instant, which JSON does not have");
        }
        try (Resque oneWay = redis.builder()
                .serializer(serializer)
                .argument(Instant.class, Instant::toString)
                .build()) {
            refused(
                    () -> oneWay.workerBuilder("any").register(APPOINTMENT, (value, context) -> {}),
                    "Arguments of \"Appointment\": java.time.Instant has a converter to JSON, but no way back; give"
                            + " Resque.builder().argument(Instant.class, …, …) a second function");
        }
        try (Resque oneWay = redis.builder()
                .serializer(serializer)
                .argument(Channel.class, channel -> "x")
                .build()) {
            refused(
                    () -> oneWay.workerBuilder("any").register(ORDER, (value, context) -> {}),
                    "Arguments of \"Order\": " + Channel.class.getName() + " has a converter to JSON, but no way back;"
                            + " give Resque.builder().argument(Channel.class, …, …) a second function");
        }
        assertThatThrownBy(() -> APPOINTMENT.argument(String.class, text -> text, (String text) -> text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("java.lang.String is sent as JSON as it is, so that no converter is asked; give one for a"
                        + " class of yours");
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void aRecordThatHoldsItsOwnClassIsFine() {
        JobType<Node> nodes = JobType.of("Node", "any", Node.class);
        Node tree = new Node("a", List.of(new Node("b", List.of())));
        try (Resque resque = open()) {
            resque.enqueue(nodes, tree);
        }
        assertThat(run(nodes)).isEmpty();
        assertThat(seen).containsExactly(tree);
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without a checker of nulls does
    void aComponentWithoutAValueIsNotSent() {
        try (Resque resque = open()) {
            String rest = " is null, and a worker would refuse it; a value that can be absent is an Optional";
            assertThatThrownBy(() -> resque.enqueue(WELCOME, new Welcome(1, null, Optional.empty())))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessage("Arguments of \"WelcomeMail\": Welcome.name" + rest);
            assertThatThrownBy(() -> resque.enqueue(WELCOME, new Welcome(1, "x", null)))
                    .hasMessage("Arguments of \"WelcomeMail\": Welcome.locale" + rest);
            assertThatThrownBy(() ->
                            resque.enqueue(JobType.of("Tags", "any", Tags.class), new Tags(Arrays.asList("a", null))))
                    .hasMessage("Arguments of \"Tags\": Tags.tags[1]" + rest);
            assertThatThrownBy(() -> resque.enqueue(
                            JobType.of("Node", "any", Node.class), new Node("a", List.of(new Node(null, List.of())))))
                    .hasMessage("Argument 1 of Node[0] cannot be sent: Node.name" + rest);
        }
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void aFactoryMayGiveAnotherClassButATypedJob() {
        try (Resque resque = open()) {
            resque.enqueue(WELCOME, new Welcome(1, "Kim", Optional.empty()));
            resque.workerBuilder("mail")
                    .register(WELCOME, WelcomeJob.class)
                    .factory(type -> (TypedJob<Welcome>) (welcome, context) -> seen.add(welcome.name()))
                    .drain();
            resque.enqueue(WELCOME, new Welcome(1, "Kim", Optional.empty()));
            resque.workerBuilder("mail")
                    .register(WELCOME, WelcomeJob.class)
                    .factory(type -> new Plain())
                    .drain();
        }
        assertThat(seen).containsExactly("Kim");
        assertThat(failures())
                .containsExactly(
                        "The factory gave an " + Plain.class.getName() + ", which is no TypedJob, for \"WelcomeMail\"");
    }

    record Stubborn(String name) {
        @Override
        public String name() {
            throw new UnsupportedOperationException("no name");
        }
    }

    private static String noClock(Instant instant) {
        throw new IllegalStateException("no clock");
    }

    @Test
    void whatARecordOrConverterThrowsIsToldToTheProducer() {
        JobType<Appointment> broken = APPOINTMENT
                .argument(Instant.class, TypedJobTest::noClock, Instant::parse)
                .argument(Money.class, Money::text, Money::parse);
        try (Resque resque = open()) {
            assertThatThrownBy(() -> resque.enqueue(broken, NOON))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessage("The converter of java.time.Instant for \"Appointment\" threw a"
                            + " java.lang.IllegalStateException")
                    .hasRootCauseMessage("no clock");
            assertThatThrownBy(() -> resque.enqueue(JobType.of("Stubborn", "any", Stubborn.class), new Stubborn("x")))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessage("Arguments of \"Stubborn\": Stubborn.name threw a"
                            + " java.lang.UnsupportedOperationException")
                    .hasRootCauseMessage("no name");
        }
        assertThat(redis.dump()).isEmpty();
    }

    private static final class Plain implements Job {
        @Override
        public void perform(JobContext context) {}
    }

    /** A record in a module that exports nothing, compiled for this test. */
    @Test
    @SuppressWarnings("unchecked")
    void aRecordInAClosedModuleIsRefusedWithTheWayOut(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("module-info.java"), "module acme.jobs {}");
        Files.createDirectory(folder.resolve("acme"));
        Files.writeString(folder.resolve("acme/Hidden.java"), "package acme; public record Hidden(String name) {}");
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        folder.toString(),
                        folder.resolve("module-info.java").toString(),
                        folder.resolve("acme/Hidden.java").toString());
        assertThat(status).isZero();
        ModuleLayer parent = ModuleLayer.boot();
        Configuration found =
                parent.configuration().resolve(ModuleFinder.of(folder), ModuleFinder.of(), List.of("acme.jobs"));
        Class<?> hidden = parent.defineModulesWithOneLoader(found, ClassLoader.getPlatformClassLoader())
                .findLoader("acme.jobs")
                .loadClass("acme.Hidden");
        String closed =
                "Resque cannot call the constructor of the record acme.Hidden: its module keeps the package acme"
                        + " to itself; write \"opens acme;\" in its module-info";
        refused(
                () -> JobType.of("Hidden", "any", (Class<? extends Record>) hidden),
                "Arguments of \"Hidden\": " + closed);
        try (Resque resque = open()) {
            resque.enqueue("any", "Hidden", Map.of("name", "x"));
            resque.workerBuilder("any")
                    .register("Hidden", () -> context -> context.args().as(hidden))
                    .drain();
        }
        assertThat(failures()).containsExactly("Argument 0 of Hidden: " + closed);
    }

    /** Stands for a data class of Kotlin. */
    static final class Greeting {
        final String name;
        final long times;

        Greeting(String name, long times) {
            this.name = name;
            this.times = times;
        }
    }

    @Test
    void functionsInPlaceOfARecord() {
        JobType<Greeting> greeting = JobType.of(
                "Greeting",
                "any",
                value -> List.of(value.name, value.times),
                args -> new Greeting(args.get(0, String.class), args.get(1, Long.class)));
        try (Resque resque = open()) {
            resque.enqueue(greeting, new Greeting("Kim", 3));
            assertThat(redis.queue("any")).containsExactly("{\"class\":\"Greeting\",\"args\":[\"Kim\",3]}");
            resque.enqueue("any", "Greeting", "Kim", "x");
            resque.workerBuilder("any")
                    .register(greeting, (value, context) -> seen.add(value.name + value.times))
                    .drain();
        }
        assertThat(seen).containsExactly("Kim3");
        assertThat(failures()).containsExactly("Argument 1 of Greeting is a string of 1 character, not " + LONG);
        assertThatThrownBy(greeting::asMap)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("asMap is for a JobType of a record; \"Greeting\" has its own functions");
    }

    @Test
    void aTypedJobNeedsItsType() {
        try (Resque resque = open()) {
            assertThatThrownBy(() -> resque.workerBuilder("mail").register("WelcomeMail", WelcomeJob.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(WelcomeJob.class.getName() + " is a TypedJob and needs the type of its arguments:"
                            + " register(JobType.of(\"WelcomeMail\", …), WelcomeJob.class)");
            Job job = new WelcomeJob();
            resque.enqueue("mail", "WelcomeMail");
            resque.workerBuilder("mail").register("WelcomeMail", () -> job).drain();
        }
        assertThat(failures())
                .containsExactly("\"WelcomeMail\" is registered by its name, but " + WelcomeJob.class.getName()
                        + " needs the type of its arguments: register(JobType.of(…), …)");
    }

    static class Pojo {
        public int number;
    }

    record Holder(Pojo pojo, Optional<Instant> at) {}

    /** A worker of untyped jobs may read classes that only its JSON library can make. */
    @Test
    void noMessageHasTheWordsOfAJsonLibrary() {
        try (Resque resque = open()) {
            resque.enqueue("any", "Any", Map.of("pojo", Map.of("number", 7)));
            resque.enqueue("any", "Any", Map.of("pojo", Map.of("number", "x")));
            resque.enqueue("any", "Any", Map.of("pojo", Map.of(), "at", true));
            resque.workerBuilder("any")
                    .register(
                            "Any",
                            () -> context ->
                                    seen.add(context.args().as(Holder.class).pojo().number))
                    .drain();
        }
        assertThat(seen).containsExactly(7);
        assertThat(failures())
                .containsExactly(
                        "Argument 0 (pojo) of Any is an object with [number], not an " + Pojo.class.getName(),
                        "Argument 0 (at) of Any is a boolean, not a java.time.Instant");
    }
}
