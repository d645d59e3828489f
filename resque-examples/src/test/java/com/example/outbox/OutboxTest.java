package com.example.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whenever the process is killed, a committed order gets its job, and gets it once. */
@Timeout(60)
class OutboxTest {
    private static RedisServer server;

    @TempDir
    Path folder;

    private Resque resque;
    private String url;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() {
        url = "jdbc:h2:file:" + folder.resolve("shop");
        resque = Resque.builder()
                .url(server.url())
                .backend("jedis")
                .serializer("gson")
                .build();
    }

    @AfterEach
    void close() {
        resque.removeQueue("mail");
        resque.close();
    }

    private void killed(String where) throws Exception {
        Process shop = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Shop.class.getName(),
                        url,
                        server.url(),
                        where)
                .inheritIO()
                .start();
        assertThat(shop.waitFor()).isEqualTo(137);
    }

    private static long rows(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from outbox")) {
            count.next();
            return count.getLong(1);
        }
    }

    private List<Object> mails() throws InterruptedException {
        List<Object> mails = new CopyOnWriteArrayList<>();
        resque.workerBuilder("mail")
                .register("OrderMail", () -> context -> mails.add(context.args().get(0, Long.class)))
                .drain();
        return mails;
    }

    @Test
    void killedBetweenCommitAndWrite() throws Exception {
        killed("committed");
        assertThat(resque.inspector().queueSize("mail")).isZero();
        DataSource database = Shop.database(url);
        assertThat(rows(database)).isOne();
        Outbox outbox = new Outbox(database, resque);
        assertThat(outbox.relay()).isOne();
        assertThat(outbox.relay()).isZero();
        assertThat(mails()).containsExactly(7L);
    }

    @Test
    void killedBetweenWriteAndRemoval() throws Exception {
        killed("enqueued");
        assertThat(resque.inspector().queueSize("mail")).isOne();
        DataSource database = Shop.database(url);
        assertThat(rows(database)).isOne();
        assertThat(new Outbox(database, resque).relay()).isOne();
        assertThat(rows(database)).isZero();
        assertThat(mails()).containsExactly(7L);
    }

    @Test
    void anOrderThatIsRolledBackHasNoJob() throws Exception {
        DataSource database = Shop.database(url);
        Outbox outbox = new Outbox(database, resque);
        Shop shop = new Shop(database, outbox);
        shop.order(7);
        assertThatThrownBy(() -> shop.order(7)).isInstanceOf(SQLException.class);
        assertThat(outbox.relay()).isOne();
        assertThat(mails()).containsExactly(7L);
    }
}
