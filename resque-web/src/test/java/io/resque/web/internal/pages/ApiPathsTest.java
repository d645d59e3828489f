package io.resque.web.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No path of the API is without documentation. */
class ApiPathsTest {
    @Test
    void theDocumentHasAllPaths() throws IOException {
        try (Resque resque = Resque.connect("memory:");
                InputStream file = Api.class.getResourceAsStream("openapi.json")) {
            Object document = resque.serializer().decode(Payload.of(file.readAllBytes()));
            Map<?, ?> paths = (Map<?, ?>) ((Map<?, ?>) document).get("paths");
            assertThat(paths.keySet().stream().map(path -> path.toString().replaceFirst("\\{.*}", "{}")))
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                    Api.NAMED.keySet().stream().map(name -> "/" + name),
                                    Api.OF_ONE.keySet().stream().map(name -> "/" + name + "/{}"))
                            .toList());
        }
    }
}
