package io.resque.wrong.redis;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.backend.jedis.Links;
import io.resque.backend.redis.RedisBackend;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisSettings;
import io.resque.tck.Feature;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * An adapter that is wrong in one way.
 *
 * @param name what is wrong
 * @param rules those of which the kit must find each broken
 * @param open how it opens
 * @param features what it declares to the kit
 * @param rights on which servers it is wrong
 */
record Wrong(
        String name,
        Set<String> rules,
        BiFunction<RedisLink, BackendConfig, QueueBackend> open,
        Set<Feature> features,
        Rights rights)
        implements QueueBackendProvider {

    /** Whether a script can ask the server for the rights of its user, which it can from Redis 7 on. */
    enum Rights {
        ASKED,
        NOT_ASKED,
        ANY
    }

    private static Set<String> rules(String text) {
        return new TreeSet<>(Set.of(text.split(" ")));
    }

    /** A script that is changed. */
    static Wrong script(String name, String rules, String script, Mutation... mutations) {
        return calls(name, rules, new WrongScript(script, mutations));
    }

    /** Commands or replies that are changed. */
    static Wrong calls(String name, String rules, MutatedLink.Around around) {
        return link(name, rules, real -> new MutatedLink(real, around));
    }

    static Wrong link(String name, String rules, UnaryOperator<RedisLink> link) {
        return opened(
                name,
                rules,
                (real, config) -> new RedisBackend(
                        link.apply(real), RedisSettings.parse(config).namespace()));
    }

    static Wrong ports(String name, String rules, UnaryOperator<QueueBackend> ports) {
        return opened(
                name,
                rules,
                (real, config) -> ports.apply(
                        new RedisBackend(real, RedisSettings.parse(config).namespace())));
    }

    static Wrong opened(String name, String rules, BiFunction<RedisLink, BackendConfig, QueueBackend> open) {
        return new Wrong(name, rules(rules), open, EnumSet.allOf(Feature.class), Rights.ANY);
    }

    /** It declares no feature. */
    Wrong undeclared() {
        return new Wrong(name, rules, open, Set.of(), rights);
    }

    /** On other servers it does what the right one does. */
    Wrong only(Rights where) {
        return new Wrong(name, rules, open, features, where);
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public QueueBackend open(BackendConfig config) {
        return open.apply(Links.open(RedisSettings.parse(config)), config);
    }

    @Override
    public String toString() {
        return name;
    }
}
