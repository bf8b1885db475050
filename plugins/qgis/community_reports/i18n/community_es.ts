<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>community</name>
    <message>
        <source>A new mask key was made. Keep it: without it the same place gets another mask next time.</source>
        <translation>Se creó una clave de enmascaramiento nueva. Consérvela: sin ella, el mismo lugar recibirá otra máscara la próxima vez.</translation>
    </message>
    <message>
        <source>Accuracy of the position in metres (68 % radius)</source>
        <translation>Exactitud de la posición en metros (radio del 68 %)</translation>
    </message>
    <message>
        <source>Adds to each report the beat that it belongs to, as of its own date, and says how sure that is. Every report is answered exactly once, also on an edge or a corner. beat_margin_m is the distance to the nearest boundary; beat_ambiguous marks reports for which another beat is as good an answer, and beat_candidates names them with their distances. Reports in no beat also go, with a reason, to a layer of their own.</source>
        <translation>Añade a cada reporte el cuadrante al que pertenece en su propia fecha e indica con qué seguridad. Cada reporte recibe exactamente una respuesta, también sobre un borde o una esquina. beat_margin_m es la distancia al límite más cercano; beat_ambiguous marca los reportes para los que otro cuadrante es una respuesta igual de válida, y beat_candidates los nombra con sus distancias. Los reportes que no están en ningún cuadrante van además, con su motivo, a una capa propia.</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>Análisis</translation>
    </message>
    <message>
        <source>Assign reports to beats</source>
        <translation>Asignar reportes a cuadrantes</translation>
    </message>
    <message>
        <source>Beats</source>
        <translation>Cuadrantes</translation>
    </message>
    <message>
        <source>Beats: one layer, or one for each version</source>
        <translation>Cuadrantes: una capa, o una por cada versión</translation>
    </message>
    <message>
        <source>Community reports</source>
        <translation>Reportes ciudadanos</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Ejemplo</translation>
    </message>
    <message>
        <source>Field that names a beat (empty: found)</source>
        <translation>Campo que identifica el cuadrante (vacío: se detecta)</translation>
    </message>
    <message>
        <source>How far a point is from the nearest boundary of a beat, in metres. Where this is less than the report's accuracy, another beat may be the true one. Arguments as in &lt;i&gt;community_beat&lt;/i&gt;.</source>
        <translation>A qué distancia está un punto del límite de cuadrante más cercano, en metros. Si es menor que la exactitud del reporte, el verdadero cuadrante puede ser otro. Los argumentos son los de &lt;i&gt;community_beat&lt;/i&gt;.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Claves</translation>
    </message>
    <message>
        <source>Mask key file (made where it does not exist)</source>
        <translation>Archivo de la clave de enmascaramiento (se crea si no existe)</translation>
    </message>
    <message>
        <source>More than one layer is called “{}”: give its id.</source>
        <translation>Hay más de una capa llamada «{}»: indique su identificador.</translation>
    </message>
    <message>
        <source>Moved on purpose, then put on the nearest road: before that step the true place was within {} m with 95 % probability.</source>
        <translation>Desplazado a propósito y llevado después a la calle más cercana: antes de ese paso, el lugar verdadero estaba a menos de {} m con una probabilidad del 95 %.</translation>
    </message>
    <message>
        <source>Moved on purpose: the true place is always within {} m of this dot.</source>
        <translation>Desplazado a propósito: el lugar verdadero está siempre a menos de {} m de este punto.</translation>
    </message>
    <message>
        <source>Moved on purpose: with 95 % probability the true place is within {} m of this dot.</source>
        <translation>Desplazado a propósito: con una probabilidad del 95 %, el lugar verdadero está a menos de {} m de este punto.</translation>
    </message>
    <message>
        <source>Or one date for all (empty: the latest beats)</source>
        <translation>O una sola fecha para todos (vacío: los cuadrantes más recientes)</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Privacidad</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>Reportes</translation>
    </message>
    <message>
        <source>Reports in a beat</source>
        <translation>Reportes en algún cuadrante</translation>
    </message>
    <message>
        <source>Reports in no beat</source>
        <translation>Reportes en ningún cuadrante</translation>
    </message>
    <message>
        <source>Reports that may belong to another beat</source>
        <translation>Reportes que pueden pertenecer a otro cuadrante</translation>
    </message>
    <message>
        <source>Reports with beats</source>
        <translation>Reportes con cuadrante</translation>
    </message>
    <message>
        <source>Say which layer: as argument, or in the project variable “{}”.</source>
        <translation>Indique la capa: como argumento o en la variable de proyecto «{}».</translation>
    </message>
    <message>
        <source>Syntax</source>
        <translation>Sintaxis</translation>
    </message>
    <message>
        <source>The beat that a point belongs to, or NULL where it is in none. An edge or corner gives one answer, always the same. &lt;i&gt;when&lt;/i&gt;: the date or time whose beats answer; the latest where it is missing. &lt;i&gt;beats&lt;/i&gt;: name or id of a layer of the project, or a file such as &lt;code&gt;beats.gpkg|layername=beats|id=BEAT_NUM&lt;/code&gt;; several (one for each version) as an array; the project variable &lt;i&gt;community_beats&lt;/i&gt; where it is missing. The point is in the CRS of its layer.</source>
        <translation>El cuadrante al que pertenece un punto, o NULL si no está en ninguno. Un borde o una esquina da una sola respuesta, siempre la misma. &lt;i&gt;when&lt;/i&gt;: la fecha u hora cuyos cuadrantes responden; si falta, los más recientes. &lt;i&gt;beats&lt;/i&gt;: nombre o identificador de una capa del proyecto, o un archivo como &lt;code&gt;beats.gpkg|layername=beats|id=BEAT_NUM&lt;/code&gt;; varios (uno por versión) como matriz; si falta, la variable de proyecto &lt;i&gt;community_beats&lt;/i&gt;. El punto está en el SRC de su capa.</translation>
    </message>
    <message>
        <source>The first argument must be a geometry.</source>
        <translation>El primer argumento debe ser una geometría.</translation>
    </message>
    <message>
        <source>The geometry must be a point.</source>
        <translation>La geometría debe ser un punto.</translation>
    </message>
    <message>
        <source>The law of a dot is one of {}.</source>
        <translation>La ley de un punto es una de estas: {}.</translation>
    </message>
    <message>
        <source>The layer could not be read while QGIS was busy.</source>
        <translation>No se pudo leer la capa mientras QGIS estaba ocupado.</translation>
    </message>
    <message>
        <source>The layer has no CRS: set it in Layer &gt; Set Layer CRS, then run again.</source>
        <translation>La capa no tiene SRC: establézcalo en Capa &gt; Establecer SRC de la capa y ejecute de nuevo.</translation>
    </message>
    <message>
        <source>The time cannot be read: give a date, or text such as 2026-04-01T08:30.</source>
        <translation>No se puede leer la fecha y hora: indique una fecha, o un texto como 2026-04-01T08:30.</translation>
    </message>
    <message>
        <source>Time of the report: decides which version of the beats answers</source>
        <translation>Fecha y hora del reporte: decide qué versión de los cuadrantes responde</translation>
    </message>
    <message>
        <source>Time zone of times without one</source>
        <translation>Huso horario de las horas que no indican ninguno</translation>
    </message>
    <message>
        <source>What a published dot promises, as a sentence for labels and layouts. &lt;i&gt;law&lt;/i&gt; and &lt;i&gt;radius_m&lt;/i&gt;: the fields of that name of a published overlay.</source>
        <translation>Qué garantiza un punto publicado, como frase para etiquetas y composiciones. &lt;i&gt;law&lt;/i&gt; y &lt;i&gt;radius_m&lt;/i&gt;: los campos de ese nombre de una capa publicada.</translation>
    </message>
    <message>
        <source>Whether a point lies in any of the fences, whatever their rules say; their boundary belongs to them. &lt;i&gt;fences&lt;/i&gt;: name or id of a layer of polygons, or of points with a field radius_m, or a file; the project variable &lt;i&gt;community_fences&lt;/i&gt; where it is missing.</source>
        <translation>Si un punto está en alguna de las geocercas, digan lo que digan sus reglas; su borde les pertenece. &lt;i&gt;fences&lt;/i&gt;: nombre o identificador de una capa de polígonos, o de puntos con un campo radius_m, o un archivo; si falta, la variable de proyecto &lt;i&gt;community_fences&lt;/i&gt;.</translation>
    </message>
    <message>
        <source>Withheld: no dot shows where this report is.</source>
        <translation>Retenido: ningún punto muestra dónde está este reporte.</translation>
    </message>
    <message>
        <source>beat,district,sector,point in polygon,join,spatial join,police,patrol</source>
        <translation>cuadrante,distrito,sector,cuadrícula,punto en polígono,unión espacial,policía,patrulla</translation>
    </message>
    <message>
        <source>has no position, or one that is off the globe</source>
        <translation>no tiene posición, o está fuera del globo</translation>
    </message>
    <message>
        <source>in no beat</source>
        <translation>en ningún cuadrante</translation>
    </message>
    <message>
        <source>libcommunity was not found, or is not the one that is needed. Install it with “./dev install” from its source folder, or give its path in Settings &gt; Options &gt; Community reports. Tried:</source>
        <translation>No se encontró libcommunity, o no es la que se necesita. Instálela con «./dev install» desde la carpeta de su código fuente, o indique su ruta en Configuración &gt; Opciones &gt; Reportes ciudadanos. Se intentó:</translation>
    </message>
    <message>
        <source>no beats were in force at that time</source>
        <translation>no había cuadrantes vigentes en ese momento</translation>
    </message>
    <message>
        <source>radius_m must be a number of metres.</source>
        <translation>radius_m debe ser un número de metros.</translation>
    </message>
    <message>
        <source>{} reports have a time that cannot be read; the latest beats answered for them.</source>
        <translation>{} reportes tienen una fecha y hora que no se puede leer; por ellos respondieron los cuadrantes más recientes.</translation>
    </message>
    <message>
        <source>“{}” is neither a layer of the project nor a file.</source>
        <translation>«{}» no es ni una capa del proyecto ni un archivo.</translation>
    </message>
</context>
</TS>
