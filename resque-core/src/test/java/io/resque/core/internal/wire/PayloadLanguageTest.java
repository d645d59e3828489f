package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.Language;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.CoreRedis;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadLanguageTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UNKNOWN|{`class`:`A`,`args`:[1]}",
                "UNKNOWN|{`class`:`A`,`args`:[1],`queue`:`q`}",
                "UNKNOWN|{`args`:[]}",
                "UNKNOWN|[]",
                "UNKNOWN|no json",
                "UNKNOWN|{`class`:`OversizePayload`,`args`:[],`size`:9,`head`:`{`,`tail`:`}`}",
                "PHP|{`class`:`A`,`args`:[{`a`:1}],`id`:`ab`,`prefix`:``,`queue_time`:1.5}",
                "PHP|{`id`:`ab`,`class`:`A`,`data`:{`a`:1}}",
                "UNKNOWN|{`class`:`A`,`args`:[{`a`:1}],`id`:`ab`,`queue_time`:1.5}",
                "UNKNOWN|{`class`:`A`,`args`:[null],`id`:`ab`,`queue_time`:1.5}",
                "JAVA|{`class`:`A`,`args`:[{`a`:1},2],`id`:`ab`,`queue_time`:1.5}",
                "JAVA|{`class`:`A`,`args`:[1],`id`:`ab`,`queue_time`:1.5}",
                "JAVA|{`class`:`A`,`args`:[],`id`:`ab`,`queue_time`:1.5}",
                "JAVA|{`class`:`A`,`args`:[],`java_retry`:{`attempt`:1}}",
                "JAVA|{`class`:`A`,`args`:[],`vars`:null}",
                "NODE|{`class`:`add`,`queue`:`math`,`args`:[1,2]}",
                "PYTHON|{`class`: `p.A`, `args`: [], `enqueue_timestamp`: 1795941152.44}",
                "PYTHON|{`class`: `p.A`, `queue`: `q`, `args`: [1]}",
                "GO|{`class`:`A`,`args`:null}",
                "UNKNOWN|{`class`:`A`}",
                "ELIXIR|{`class`:`A`,`args`:[],`queue`:`q`,`retry`:2,`jid`:`j`,`enqueued_at`:1.5}",
                "RUBY|{`class`:`ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper`,`args`:[{`job_class`:`A`}]}",
                "UNKNOWN|{`class`:`ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper`,`args`:[]}",
                "UNKNOWN|{`class`:`A`,`args`:[{`prefix`:1,`vars`:2,`jid`:3,`enqueued_at`:4}]}"
            })
    void theMembersOfAPayloadShowItsLanguage(String line) {
        String[] parts = line.split("\\|", 2);
        for (JobSerializer serializer : List.of(CoreRedis.GSON, CoreRedis.JACKSON)) {
            assertThat(new PayloadReader(serializer)
                            .queued("q", Payload.ofText(parts[1].replace('`', '"')))
                            .language())
                    .as(line)
                    .isEqualTo(Language.valueOf(parts[0]));
        }
    }
}
