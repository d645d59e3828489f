package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.BackendConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterNodesTest {
    private static final RedisSettings FIRST = RedisSettings.parse(new BackendConfig("redis://first:1/0", null));
    private static final RuntimeException AWAY =
            new BackendUnavailableException("away", new IllegalStateException(), false);

    private final Map<String, Object> answers = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final ServerLinks links = new ServerLinks(
            FIRST,
            where -> new FakeLink(command -> {
                String question = where.host() + ":" + where.port() + " " + command;
                asked.add(question);
                return answers.get(question);
            }));
    private final ClusterNodes nodes = new ClusterNodes(FIRST, links);

    private static String address(ServerLinks.Server server) {
        return server.where().host() + ":" + server.where().port();
    }

    private static List<Object> node(String host, long port) {
        return List.of(Keys.bytes(host), port);
    }

    @Test
    void aServerAloneIsNotAsked() {
        assertThat(address(nodes.any())).isEqualTo("first:1");
        assertThat(asked).isEmpty();
    }

    @Test
    void theNodeToWhichARefusalPointsIsUsedAndTheOthersAreLearnt() {
        answers.put(
                "first:1 CLUSTER SLOTS",
                List.of(List.of(0L, 100L, node("", 1), node("second", 2)), List.of(101L, 200L, node("::1", 3))));
        assertThat(address(nodes.owner(links.to(FIRST), "::1:3"))).isEqualTo("::1:3");
        assertThat(address(nodes.owner(links.to(FIRST), ":4")))
                .as("the node that was asked")
                .isEqualTo("first:4");
        asked.clear();
        assertThat(address(nodes.any())).isEqualTo("first:1");
        answers.put("first:1 PING", AWAY);
        answers.put("second:2 PING", AWAY);
        assertThat(address(nodes.any())).isEqualTo("::1:3");
        assertThat(asked).containsExactly("first:1 PING", "first:1 PING", "second:2 PING", "::1:3 PING");
        answers.put("::1:3 PING", AWAY);
        assertThat(address(nodes.any())).as("all are away").isEqualTo("first:1");
    }

    @Test
    void aNodeThatDoesNotTellTheOthersIsUsedAllTheSame() {
        answers.put("first:1 CLUSTER SLOTS", new BackendException("ERR"));
        assertThat(address(nodes.owner(links.to(FIRST), "second:2"))).isEqualTo("second:2");
        assertThat(address(nodes.any())).isEqualTo("first:1");
        assertThat(asked).containsExactly("first:1 CLUSTER SLOTS");
    }
}
