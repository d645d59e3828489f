package io.resque.tck;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The only class that uses the optional library Testcontainers. It is loaded only if the library is on the class path. */
final class RedisContainer implements OwnServer {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String image;
    private final RedisUrl url;
    private final GenericContainer<?> container;
    private boolean made;
    private String lastWords = "";

    RedisContainer(String image, RedisUrl url, List<String> extraArgs) {
        this.image = image;
        this.url = url;
        String port = String.valueOf(url.port());
        List<String> command = new ArrayList<>(List.of("--port", port, "--bind", "0.0.0.0", "--protected-mode", "no"));
        command.addAll(List.of("--save", "", "--appendonly", "no", "--dir", "/data"));
        command.addAll(extraArgs);
        container = new GenericContainer<>(DockerImageName.parse(image))
                .withCommand(command.toArray(String[]::new))
                .withExposedPorts(url.port())
                .waitingFor(Wait.forLogMessage("(?s).*eady to accept connections.*", 1));
        // A fixed port, since Docker would choose another one after a restart.
        container.setPortBindings(List.of(url.host() + ":" + port + ":" + port));
    }

    @Override
    public synchronized String start() {
        try {
            if (made) {
                container
                        .getDockerClient()
                        .startContainerCmd(container.getContainerId())
                        .exec();
            } else {
                container.start();
                made = true;
            }
            return awaitAnswer();
        } catch (ContainerLaunchException e) {
            StringBuilder words = new StringBuilder();
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                words.append(cause.getMessage()).append('\n');
            }
            lastWords = words.toString();
            throw new IllegalStateException("The image " + image + " does not start here:\n" + lastWords, e);
        }
    }

    private String awaitAnswer() {
        AtomicReference<String> version = new AtomicReference<>("");
        Eventually.until(image + " answers at " + url, PATIENCE, () -> {
            try (RespClient client = RespClient.connect(url.text())) {
                client.call("PING");
                version.set(RedisProcess.version(RedisProcess.info(client)));
                return true;
            } catch (UncheckedIOException | RespClient.RedisError e) {
                return false;
            }
        });
        return version.get();
    }

    @Override
    public synchronized void stop() {
        if (made && container.isRunning()) {
            container
                    .getDockerClient()
                    .stopContainerCmd(container.getContainerId())
                    .withTimeout(5)
                    .exec();
        }
    }

    @Override
    public synchronized void kill() {
        if (made && container.isRunning()) {
            container
                    .getDockerClient()
                    .killContainerCmd(container.getContainerId())
                    .exec();
        }
    }

    @Override
    public String output() {
        return made ? container.getLogs() : lastWords;
    }

    @Override
    public synchronized void close() {
        container.stop();
        made = false;
    }
}
