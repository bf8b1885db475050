<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>community</name>
    <message>
        <source>&amp;As of</source>
        <translation>Con fec&amp;ha de</translation>
    </message>
    <message>
        <source>&amp;Beats</source>
        <translation>C&amp;uadrantes</translation>
    </message>
    <message>
        <source>&amp;Library</source>
        <translation>&amp;Biblioteca</translation>
    </message>
    <message>
        <source>&amp;Mask key file</source>
        <translation>Archivo de la clave de &amp;enmascaramiento</translation>
    </message>
    <message>
        <source>&amp;Policy file</source>
        <translation>Archivo de la &amp;política</translation>
    </message>
    <message>
        <source>&amp;Remove the mark</source>
        <translation>&amp;Quitar la marca</translation>
    </message>
    <message>
        <source>&amp;Self-test</source>
        <translation>&amp;Autocomprobación</translation>
    </message>
    <message>
        <source>1 day ago</source>
        <translation>hace 1 día</translation>
    </message>
    <message>
        <source>1 hour ago</source>
        <translation>hace 1 hora</translation>
    </message>
    <message>
        <source>1 minute ago</source>
        <translation>hace 1 minuto</translation>
    </message>
    <message>
        <source>A field {} cannot be kept: the masked layer has one of its own. Rename it first.</source>
        <translation>No se puede conservar un campo {}: la capa enmascarada tiene uno propio. Cámbiele antes el nombre.</translation>
    </message>
    <message>
        <source>A mask repeats itself and moves the place.</source>
        <translation>Una máscara se repite igual y desplaza el lugar.</translation>
    </message>
    <message>
        <source>A new mask key was made. Keep it: without it the same place gets another mask next time.</source>
        <translation>Se creó una clave de enmascaramiento nueva. Consérvela: sin ella, el mismo lugar recibirá otra máscara la próxima vez.</translation>
    </message>
    <message>
        <source>A new store was made.</source>
        <translation>Se creó un almacén nuevo.</translation>
    </message>
    <message>
        <source>A period needs the field with the time of the report.</source>
        <translation>Un periodo necesita el campo con la fecha y hora del reporte.</translation>
    </message>
    <message>
        <source>A version that begins on {} is there already: choose a later day.</source>
        <translation>Ya hay una versión que empieza el {}: elija un día posterior.</translation>
    </message>
    <message>
        <source>About the mask key</source>
        <translation>Sobre la clave de enmascaramiento</translation>
    </message>
    <message>
        <source>About this release</source>
        <translation>Sobre esta publicación</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Aceptar</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Aceptados</translation>
    </message>
    <message>
        <source>Accuracy of the position in metres (68 % radius)</source>
        <translation>Exactitud de la posición en metros (radio del 68 %)</translation>
    </message>
    <message>
        <source>Add a beat version</source>
        <translation>Añadir una versión de los cuadrantes</translation>
    </message>
    <message>
        <source>Add local date parts and shifts</source>
        <translation>Añadir partes de la fecha local y turnos</translation>
    </message>
    <message>
        <source>Add noise, so that the counts may be published</source>
        <translation>Añadir ruido, para que los recuentos puedan publicarse</translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation>Direcciones</translation>
    </message>
    <message>
        <source>Addresses (anchor)</source>
        <translation>Direcciones (ancla)</translation>
    </message>
    <message>
        <source>Addresses that an attacker would consider</source>
        <translation>Direcciones que un atacante consideraría</translation>
    </message>
    <message>
        <source>Adds the layers of the overlay. They follow each new edition of the file.</source>
        <translation>Añade las capas publicadas. Siguen cada nueva edición del archivo.</translation>
    </message>
    <message>
        <source>Adds to each report the beat that it belongs to, as of its own date, and says how sure that is. Every report is answered exactly once, also on an edge or a corner. beat_margin_m is the distance to the nearest boundary; beat_ambiguous marks reports for which another beat is as good an answer, and beat_candidates names them with their distances. Reports in no beat also go, with a reason, to a layer of their own.</source>
        <translation>Añade a cada reporte el cuadrante al que pertenece en su propia fecha e indica con qué seguridad. Cada reporte recibe exactamente una respuesta, también sobre un borde o una esquina. beat_margin_m es la distancia al límite más cercano; beat_ambiguous marca los reportes para los que otro cuadrante es una respuesta igual de válida, y beat_candidates los nombra con sus distancias. Los reportes que no están en ningún cuadrante van además, con su motivo, a una capa propia.</translation>
    </message>
    <message>
        <source>Adds what the clocks on the wall showed: local date and time, ISO week, weekday, hour, and the shift on duty with the day on which it began, over midnight too. QGIS up to 3.22 drops the zone of times in files, so that night shifts are hours off; this does not. local_clock marks times that clocks skipped or showed twice.</source>
        <translation>Añade lo que marcaban los relojes: fecha y hora locales, semana ISO, día de la semana, hora, y el turno de servicio con el día en que empezó, también pasada la medianoche. QGIS hasta la versión 3.22 pierde el huso de las horas en los archivos, de modo que los turnos de noche quedan desfasados varias horas; aquí no. local_clock marca las horas que los relojes saltaron o mostraron dos veces.</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Todos los archivos</translation>
    </message>
    <message>
        <source>Also where the new beats have faults</source>
        <translation>También si los cuadrantes nuevos tienen fallos</translation>
    </message>
    <message>
        <source>Ambiguous</source>
        <translation>Ambiguos</translation>
    </message>
    <message>
        <source>Ambiguous: no</source>
        <translation>Ambiguo: no</translation>
    </message>
    <message>
        <source>Ambiguous: yes, another beat is as good an answer</source>
        <translation>Ambiguo: sí, otro cuadrante es una respuesta igual de válida</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>Análisis</translation>
    </message>
    <message>
        <source>Anchor where addresses are given, else lattice</source>
        <translation>Ancla si se dan direcciones; si no, retícula</translation>
    </message>
    <message>
        <source>Anchor: addresses that share one</source>
        <translation>Ancla: direcciones que comparten una</translation>
    </message>
    <message>
        <source>Anchor: shared by k addresses of one beat</source>
        <translation>Ancla: la comparten k direcciones de un cuadrante</translation>
    </message>
    <message>
        <source>Any day of the week (empty: last week)</source>
        <translation>Cualquier día de la semana (vacío: la semana pasada)</translation>
    </message>
    <message>
        <source>As of: {}</source>
        <translation>Con fecha de: {}</translation>
    </message>
    <message>
        <source>As the layer says</source>
        <translation>Según diga la capa</translation>
    </message>
    <message>
        <source>Assign reports to beats</source>
        <translation>Asignar reportes a cuadrantes</translation>
    </message>
    <message>
        <source>Attacks a masked layer as somebody would who knows the addresses and the mask law, but not the key, and compares the result with the truth: how often the true address is named, how far the points moved, what several releases of the same reports give away together, and what the layer is still good for. A layer that passes is not proven safe; one that fails must not leave. The page shows no place and no report.</source>
        <translation>Ataca una capa enmascarada como lo haría quien conoce las direcciones y la ley de la máscara, pero no la clave, y compara el resultado con la verdad: con qué frecuencia se acierta la dirección verdadera, cuánto se desplazaron los puntos, qué revelan juntas varias publicaciones de los mismos reportes y para qué sirve todavía la capa. Que una capa pase no demuestra que sea segura; una que falla no debe salir. La página no muestra ningún lugar ni ningún reporte.</translation>
    </message>
    <message>
        <source>Beat &amp;field</source>
        <translation>Campo del cuadra&amp;nte</translation>
    </message>
    <message>
        <source>Beat: {}</source>
        <translation>Cuadrante: {}</translation>
    </message>
    <message>
        <source>Beats</source>
        <translation>Cuadrantes</translation>
    </message>
    <message>
        <source>Beats answer, edges too.</source>
        <translation>Los cuadrantes responden, también en los bordes.</translation>
    </message>
    <message>
        <source>Beats that begin</source>
        <translation>Cuadrantes que empiezan</translation>
    </message>
    <message>
        <source>Beats that end</source>
        <translation>Cuadrantes que terminan</translation>
    </message>
    <message>
        <source>Beats whose number is not shown</source>
        <translation>Cuadrantes cuyo número no se muestra</translation>
    </message>
    <message>
        <source>Beats with history</source>
        <translation>Cuadrantes con historia</translation>
    </message>
    <message>
        <source>Beats with their history</source>
        <translation>Cuadrantes con su historia</translation>
    </message>
    <message>
        <source>Beats: one layer, or one for each version</source>
        <translation>Cuadrantes: una capa, o una por cada versión</translation>
    </message>
    <message>
        <source>Beyond {} limits: do not publish this layer.</source>
        <translation>Supera {} límites: no publique esta capa.</translation>
    </message>
    <message>
        <source>Browse</source>
        <translation>Explorar</translation>
    </message>
    <message>
        <source>Candidates: {}</source>
        <translation>Candidatos: {}</translation>
    </message>
    <message>
        <source>Catchments</source>
        <translation>Zonas de captación</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Categoría</translation>
    </message>
    <message>
        <source>Category of the report</source>
        <translation>Categoría del reporte</translation>
    </message>
    <message>
        <source>Category of the report (for the table)</source>
        <translation>Categoría del reporte (para la tabla)</translation>
    </message>
    <message>
        <source>Check beat boundaries</source>
        <translation>Comprobar los límites de los cuadrantes</translation>
    </message>
    <message>
        <source>Check what a masked layer gives away</source>
        <translation>Comprobar qué revela una capa enmascarada</translation>
    </message>
    <message>
        <source>Clic&amp;k on the map</source>
        <translation>Hacer cl&amp;ic en el mapa</translation>
    </message>
    <message>
        <source>Columns: field=column, one a line (empty: found by name)</source>
        <translation>Columnas: campo=columna, una por línea (vacío: se detectan por su nombre)</translation>
    </message>
    <message>
        <source>Community reports</source>
        <translation>Reportes ciudadanos</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparar</translation>
    </message>
    <message>
        <source>Compare two versions of beats</source>
        <translation>Comparar dos versiones de los cuadrantes</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>Comparación</translation>
    </message>
    <message>
        <source>Coordi&amp;nates</source>
        <translation>Coordenada&amp;s</translation>
    </message>
    <message>
        <source>Coordinates</source>
        <translation>Coordenadas</translation>
    </message>
    <message>
        <source>Copy as te&amp;xt</source>
        <translation>Co&amp;piar como texto</translation>
    </message>
    <message>
        <source>Counts by beat</source>
        <translation>Recuentos por cuadrante</translation>
    </message>
    <message>
        <source>Counts by beat and category</source>
        <translation>Recuentos por cuadrante y categoría</translation>
    </message>
    <message>
        <source>Counts by beat and period</source>
        <translation>Recuentos por cuadrante y periodo</translation>
    </message>
    <message>
        <source>Counts by category</source>
        <translation>Recuentos por categoría</translation>
    </message>
    <message>
        <source>Counts every report once in the beat that it belonged to on its day, also on edges, with a 95 % interval for what chance alone would do, and the change from the period of the same length before. Change is empty where there was nothing before. These exact numbers are for the house. For publication let the noise be added: then the table is differentially private, and repeats under the same name and key.</source>
        <translation>Cuenta cada reporte una vez en el cuadrante al que pertenecía ese día, también sobre los bordes, con un intervalo del 95 % de lo que haría el puro azar y el cambio respecto al periodo anterior de igual duración. El cambio queda vacío si antes no había nada. Estos números exactos son de uso interno. Para publicar, haga que se añada ruido: la tabla es entonces diferencialmente privada, y se repite igual con el mismo nombre y la misma clave.</translation>
    </message>
    <message>
        <source>Crosswalk</source>
        <translation>Tabla de correspondencia</translation>
    </message>
    <message>
        <source>Date for which beats answer</source>
        <translation>Fecha para la que responden los cuadrantes</translation>
    </message>
    <message>
        <source>Distance to the nearest edge: {} m</source>
        <translation>Distancia al borde más cercano: {} m</translation>
    </message>
    <message>
        <source>Districts</source>
        <translation>Distritos</translation>
    </message>
    <message>
        <source>Do</source>
        <translation>Acciones</translation>
    </message>
    <message>
        <source>Donut: between two radii</source>
        <translation>Anillo: entre dos radios</translation>
    </message>
    <message>
        <source>Donut: inner radius (metres)</source>
        <translation>Anillo: radio interior (metros)</translation>
    </message>
    <message>
        <source>Donut: outer radius; grid: side (metres)</source>
        <translation>Anillo: radio exterior; cuadrícula: lado (metros)</translation>
    </message>
    <message>
        <source>Doubts</source>
        <translation>Dudas</translation>
    </message>
    <message>
        <source>Draw again until in the beat</source>
        <translation>Sortear de nuevo hasta caer en el cuadrante</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplicados</translation>
    </message>
    <message>
        <source>Escalate</source>
        <translation>Elevar</translation>
    </message>
    <message>
        <source>Escalated</source>
        <translation>Elevados</translation>
    </message>
    <message>
        <source>Exact positions in this project</source>
        <translation>Posiciones exactas en este proyecto</translation>
    </message>
    <message>
        <source>Exact positions of reports: not for layouts or exports</source>
        <translation>Posiciones exactas de reportes: no son para composiciones ni exportaciones</translation>
    </message>
    <message>
        <source>Exact positions of {} are being saved to a file.</source>
        <translation>Se están guardando en un archivo las posiciones exactas de {}.</translation>
    </message>
    <message>
        <source>Exact positions of {} are on the clipboard.</source>
        <translation>Las posiciones exactas de {} están en el portapapeles.</translation>
    </message>
    <message>
        <source>Exact positions: {}</source>
        <translation>Posiciones exactas: {}</translation>
    </message>
    <message>
        <source>Exact positions: {}. Not for layouts or exports.</source>
        <translation>Posiciones exactas: {}. No son para composiciones ni exportaciones.</translation>
    </message>
    <message>
        <source>Exact positions: {}. Show a published overlay instead.</source>
        <translation>Posiciones exactas: {}. Muestre en su lugar una capa publicada.</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>Ejemplo</translation>
    </message>
    <message>
        <source>F&amp;ind</source>
        <translation>&amp;Buscar</translation>
    </message>
    <message>
        <source>Faults</source>
        <translation>Fallos</translation>
    </message>
    <message>
        <source>Feature {}, field {}: an accuracy is a number of metres, not below 0.</source>
        <translation>Objeto {}, campo {}: una exactitud es un número de metros, no menor que 0.</translation>
    </message>
    <message>
        <source>Field that counts people</source>
        <translation>Campo que cuenta personas</translation>
    </message>
    <message>
        <source>Field that identifies a report</source>
        <translation>Campo que identifica el reporte</translation>
    </message>
    <message>
        <source>Field that identifies a report, of the same name in the masked layer</source>
        <translation>Campo que identifica el reporte, con el mismo nombre en la capa enmascarada</translation>
    </message>
    <message>
        <source>Field that names a beat</source>
        <translation>Campo que identifica el cuadrante</translation>
    </message>
    <message>
        <source>Field that names a beat (empty: found)</source>
        <translation>Campo que identifica el cuadrante (vacío: se detecta)</translation>
    </message>
    <message>
        <source>Fields to keep (none unless named)</source>
        <translation>Campos que se conservan (ninguno si no se nombra)</translation>
    </message>
    <message>
        <source>File of reports</source>
        <translation>Archivo de reportes</translation>
    </message>
    <message>
        <source>Find likely duplicates</source>
        <translation>Buscar probables duplicados</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Resultados</translation>
    </message>
    <message>
        <source>Finds what is wrong with beats before it costs counts: gaps and overlaps between beats in force at the same time, slivers, rings that cross themselves, beats without an id, dates that overlap or are reversed, a CRS that cannot be right. Each finding has a place, a size and advice. A fault loses answers or makes them wrong; a doubt should be looked at.</source>
        <translation>Encuentra los errores de los cuadrantes antes de que falseen los recuentos: huecos y solapes entre cuadrantes vigentes a la vez, astillas, anillos que se cruzan, cuadrantes sin identificador, fechas que se solapan o están invertidas, un SRC que no puede ser correcto. Cada hallazgo tiene lugar, tamaño y consejo. Un fallo pierde respuestas o las hace falsas; una duda debe revisarse.</translation>
    </message>
    <message>
        <source>First day of the new beats</source>
        <translation>Primer día de los cuadrantes nuevos</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Carpeta</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Formato</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Desde</translation>
    </message>
    <message>
        <source>Geofences</source>
        <translation>Geocercas</translation>
    </message>
    <message>
        <source>Give a store, or reports with the field of their number, and beats.</source>
        <translation>Indique un almacén, o bien reportes con el campo de su número y cuadrantes.</translation>
    </message>
    <message>
        <source>Grid: a corner of a fixed cell</source>
        <translation>Cuadrícula: una esquina de una celda fija</translation>
    </message>
    <message>
        <source>Ground that is lost or claimed twice</source>
        <translation>Terreno perdido o reclamado dos veces</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Grupos</translation>
    </message>
    <message>
        <source>Heading</source>
        <translation>Título</translation>
    </message>
    <message>
        <source>How far a point is from the nearest boundary of a beat, in metres. Where this is less than the report's accuracy, another beat may be the true one. Arguments as in &lt;i&gt;community_beat&lt;/i&gt;.</source>
        <translation>A qué distancia está un punto del límite de cuadrante más cercano, en metros. Si es menor que la exactitud del reporte, el verdadero cuadrante puede ser otro. Los argumentos son los de &lt;i&gt;community_beat&lt;/i&gt;.</translation>
    </message>
    <message>
        <source>How fresh the overlay is</source>
        <translation>Qué antigüedad tiene la capa publicada</translation>
    </message>
    <message>
        <source>Import reports</source>
        <translation>Importar reportes</translation>
    </message>
    <message>
        <source>It has no position, or one that is off the globe.</source>
        <translation>No tiene posición, o está fuera del globo.</translation>
    </message>
    <message>
        <source>It lies in no beat.</source>
        <translation>No está en ningún cuadrante.</translation>
    </message>
    <message>
        <source>It must say so itself</source>
        <translation>Debe indicarlo ella misma</translation>
    </message>
    <message>
        <source>Its inner radius (metres)</source>
        <translation>Su radio interior (metros)</translation>
    </message>
    <message>
        <source>Its outer radius or cell side (metres)</source>
        <translation>Su radio exterior o el lado de la celda (metros)</translation>
    </message>
    <message>
        <source>Its privacy per metre</source>
        <translation>Su privacidad por metro</translation>
    </message>
    <message>
        <source>Joins edited beats to the ones in force: the old ones end, and the new ones begin, on the day you say. Reports are then answered by the beats of their own day, and the temporal controller shows each version in its time. Nothing is lost: old beats stay in the layer. New beats with faults are refused; “Check beat boundaries” shows them.</source>
        <translation>Une los cuadrantes editados a los vigentes: los antiguos terminan y los nuevos empiezan el día que usted indique. A cada reporte le responden entonces los cuadrantes de su propio día, y el controlador temporal muestra cada versión en su tiempo. Nada se pierde: los cuadrantes antiguos permanecen en la capa. Los cuadrantes nuevos con fallos se rechazan; «Comprobar los límites de los cuadrantes» los muestra.</translation>
    </message>
    <message>
        <source>Keep in the beat of the true place</source>
        <translation>Mantener en el cuadrante del lugar verdadero</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Claves</translation>
    </message>
    <message>
        <source>Latitude {}, longitude {} (WGS 84)</source>
        <translation>Latitud {}, longitud {} (WGS 84)</translation>
    </message>
    <message>
        <source>Lattice, street: privacy per metre</source>
        <translation>Retícula, calle: privacidad por metro</translation>
    </message>
    <message>
        <source>Lattice: exact planar Laplace noise (recommended)</source>
        <translation>Retícula: ruido de Laplace plano exacto (recomendado)</translation>
    </message>
    <message>
        <source>Layers that hold beats</source>
        <translation>Capas que contienen cuadrantes</translation>
    </message>
    <message>
        <source>Libraries</source>
        <translation>Bibliotecas</translation>
    </message>
    <message>
        <source>Library that is used</source>
        <translation>Biblioteca que se usa</translation>
    </message>
    <message>
        <source>Limits that are not kept</source>
        <translation>Límites que no se cumplen</translation>
    </message>
    <message>
        <source>Link reports that are near</source>
        <translation>Enlazar los reportes cercanos</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>Enlaces</translation>
    </message>
    <message>
        <source>Links reports that may tell of one event, because they are near in place and time: many callers, one incident. Each pair is linked once, the earlier report first. Reports that links join are one group, which names its originator; where several were the first at the same moment, originator_tied says so. Nothing is merged or removed: that is for people to decide.</source>
        <translation>Enlaza los reportes que pueden referirse a un mismo hecho porque están cerca en lugar y tiempo: muchos llamantes, un incidente. Cada par se enlaza una vez, primero el reporte más temprano. Los reportes unidos por enlaces forman un grupo, que nombra su originador; si varios fueron los primeros en el mismo momento, originator_tied lo dice. Nada se fusiona ni se elimina: eso lo deciden las personas.</translation>
    </message>
    <message>
        <source>Load, and keep c&amp;urrent</source>
        <translation>Cargar y man&amp;tener al día</translation>
    </message>
    <message>
        <source>Make a demonstration city</source>
        <translation>Crear una ciudad de demostración</translation>
    </message>
    <message>
        <source>Makes Port Linden: an invented city with twelve beats in two versions, a lake, streets, addresses, geofences, a policy, and reports in four formats, bad ones among them. Nobody and nothing in it is real, so that you can learn, test and ask for help with it. The same number makes the same city everywhere.</source>
        <translation>Crea Port Linden: una ciudad inventada con doce cuadrantes en dos versiones, un lago, calles, direcciones, geocercas, una política y reportes en cuatro formatos, entre ellos algunos defectuosos. Nadie ni nada en ella es real, de modo que sirve para aprender, probar y pedir ayuda. El mismo número crea la misma ciudad en todas partes.</translation>
    </message>
    <message>
        <source>Mask key file (made where it does not exist)</source>
        <translation>Archivo de la clave de enmascaramiento (se crea si no existe)</translation>
    </message>
    <message>
        <source>Mask key {}.</source>
        <translation>Clave de enmascaramiento {}.</translation>
    </message>
    <message>
        <source>Mask law</source>
        <translation>Ley de la máscara</translation>
    </message>
    <message>
        <source>Mask law, where the layer does not say</source>
        <translation>Ley de la máscara, si la capa no la indica</translation>
    </message>
    <message>
        <source>Mask points</source>
        <translation>Enmascarar puntos</translation>
    </message>
    <message>
        <source>Masked layers: one, or all releases of the same reports in order</source>
        <translation>Capas enmascaradas: una, o todas las publicaciones de los mismos reportes en orden</translation>
    </message>
    <message>
        <source>Masked reports</source>
        <translation>Reportes enmascarados</translation>
    </message>
    <message>
        <source>More than one layer is called “{}”: give its id.</source>
        <translation>Hay más de una capa llamada «{}»: indique su identificador.</translation>
    </message>
    <message>
        <source>More…</source>
        <translation>Más…</translation>
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
        <source>Moves each report by a rule whose promise can be stated, under a secret key: the same report gets the same place every time, so that publishing it again tells nothing new. No field leaves unless you name it, and a value that tells a place or a person is refused. A point that cannot be protected is withheld, never moved less. The masked points are in WGS 84.</source>
        <translation>Desplaza cada reporte según una regla cuya garantía puede enunciarse, bajo una clave secreta: el mismo reporte recibe siempre el mismo lugar, de modo que publicarlo de nuevo no revela nada nuevo. Ningún campo sale si usted no lo nombra, y se rechaza todo valor que revele un lugar o una persona. Un punto que no puede protegerse se retiene; nunca se desplaza menos. Los puntos enmascarados están en WGS 84.</translation>
    </message>
    <message>
        <source>Narrower than this is a sliver (metres)</source>
        <translation>Más estrecho que esto es una astilla (metros)</translation>
    </message>
    <message>
        <source>Narrower than this is rounding (metres)</source>
        <translation>Más estrecho que esto es redondeo (metros)</translation>
    </message>
    <message>
        <source>Near in place (metres)</source>
        <translation>Cerca en lugar (metros)</translation>
    </message>
    <message>
        <source>Near in time (minutes)</source>
        <translation>Cerca en tiempo (minutos)</translation>
    </message>
    <message>
        <source>Nearest lattice point in the beat</source>
        <translation>El punto de la retícula más cercano dentro del cuadrante</translation>
    </message>
    <message>
        <source>New beats</source>
        <translation>Cuadrantes nuevos</translation>
    </message>
    <message>
        <source>New beats (empty: another version of the old layer)</source>
        <translation>Cuadrantes nuevos (vacío: otra versión de la capa antigua)</translation>
    </message>
    <message>
        <source>New store: addresses</source>
        <translation>Almacén nuevo: direcciones</translation>
    </message>
    <message>
        <source>New store: beats</source>
        <translation>Almacén nuevo: cuadrantes</translation>
    </message>
    <message>
        <source>New store: geofences</source>
        <translation>Almacén nuevo: geocercas</translation>
    </message>
    <message>
        <source>New store: policy file (empty: the built-in one)</source>
        <translation>Almacén nuevo: archivo de la política (vacío: la incorporada)</translation>
    </message>
    <message>
        <source>New store: public sealing key</source>
        <translation>Almacén nuevo: clave pública de sellado</translation>
    </message>
    <message>
        <source>New version: a date (empty: the latest of its layer)</source>
        <translation>Versión nueva: una fecha (vacío: la más reciente de su capa)</translation>
    </message>
    <message>
        <source>No</source>
        <translation>No</translation>
    </message>
    <message>
        <source>No address may be named more often than once in (0: as the policy says)</source>
        <translation>Ninguna dirección puede acertarse más de una vez de cada (0: según diga la política)</translation>
    </message>
    <message>
        <source>No beats were in force at that time.</source>
        <translation>No había cuadrantes vigentes en ese momento.</translation>
    </message>
    <message>
        <source>No layer of beats is chosen: tick one under Sources.</source>
        <translation>No hay ninguna capa de cuadrantes elegida: marque una en Fuentes.</translation>
    </message>
    <message>
        <source>No mask key was given: the next edition will move the same reports elsewhere, which gives more away. Give a key that you keep.</source>
        <translation>No se indicó una clave de enmascaramiento: la próxima edición desplazará los mismos reportes a otro lugar, lo que revela más. Indique una clave que conserve.</translation>
    </message>
    <message>
        <source>No overlay is chosen.</source>
        <translation>No hay ninguna capa publicada elegida.</translation>
    </message>
    <message>
        <source>No such file yet: a new key is made at first use.</source>
        <translation>El archivo aún no existe: se crea una clave nueva al usarla por primera vez.</translation>
    </message>
    <message>
        <source>Noise needs a mask key file, and counts beats only: give the one, and leave the category empty.</source>
        <translation>El ruido necesita un archivo de clave de enmascaramiento y solo cuenta por cuadrantes: indique la clave y deje vacía la categoría.</translation>
    </message>
    <message>
        <source>Noise: name of the release</source>
        <translation>Ruido: nombre de la publicación</translation>
    </message>
    <message>
        <source>Noise: privacy of the whole table (epsilon)</source>
        <translation>Ruido: privacidad de toda la tabla (épsilon)</translation>
    </message>
    <message>
        <source>None of the reports can be taken in; no overlay was written.</source>
        <translation>No se pudo admitir ningún reporte; no se escribió ninguna capa publicada.</translation>
    </message>
    <message>
        <source>Number of the city</source>
        <translation>Número de la ciudad</translation>
    </message>
    <message>
        <source>Of one category only</source>
        <translation>Solo de una misma categoría</translation>
    </message>
    <message>
        <source>Of these, in a beat that is no longer there</source>
        <translation>De estos, en un cuadrante que ya no existe</translation>
    </message>
    <message>
        <source>Of these, in no beat</source>
        <translation>De estos, en ningún cuadrante</translation>
    </message>
    <message>
        <source>Old beats</source>
        <translation>Cuadrantes antiguos</translation>
    </message>
    <message>
        <source>Old version: a date (empty: the latest of its layer)</source>
        <translation>Versión antigua: una fecha (vacío: la más reciente de su capa)</translation>
    </message>
    <message>
        <source>Only the place of the key is kept here. The secret key of the agency is never asked for: it belongs on no machine that runs QGIS.</source>
        <translation>Aquí solo se guarda dónde está la clave. La clave secreta de la agencia no se pide nunca: no debe estar en ningún equipo que ejecute QGIS.</translation>
    </message>
    <message>
        <source>Or one date for all (empty: the latest beats)</source>
        <translation>O una sola fecha para todos (vacío: los cuadrantes más recientes)</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>Capa publicada</translation>
    </message>
    <message>
        <source>Overlays</source>
        <translation>Capas publicadas</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Página</translation>
    </message>
    <message>
        <source>Paste coordinates and press Enter: “41.88, -87.65”, “-87.65 41.88”, “41°52'48"N 87°39'00"W”.</source>
        <translation>Pegue coordenadas y pulse Intro: «41.88, -87.65», «-87.65 41.88», «41°52'48"N 87°39'00"W».</translation>
    </message>
    <message>
        <source>People: points or areas</source>
        <translation>Personas: puntos o áreas</translation>
    </message>
    <message>
        <source>Pieces with no room for a disc of this radius are redrawing (metres)</source>
        <translation>Los trozos donde no cabe un disco de este radio son simple redibujo (metros)</translation>
    </message>
    <message>
        <source>Policy file</source>
        <translation>Archivo de la política</translation>
    </message>
    <message>
        <source>Policy file (empty: the built-in one)</source>
        <translation>Archivo de la política (vacío: la incorporada)</translation>
    </message>
    <message>
        <source>Positions are &amp;exact</source>
        <translation>Las posiciones son &amp;exactas</translation>
    </message>
    <message>
        <source>Positions are &amp;protected</source>
        <translation>Las posiciones están &amp;protegidas</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Privacidad</translation>
    </message>
    <message>
        <source>Protected points</source>
        <translation>Puntos protegidos</translation>
    </message>
    <message>
        <source>Publish a protected overlay</source>
        <translation>Publicar una capa protegida</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Publicado</translation>
    </message>
    <message>
        <source>Published overla&amp;y</source>
        <translation>Capa pub&amp;licada</translation>
    </message>
    <message>
        <source>Published overlay</source>
        <translation>Capa publicada</translation>
    </message>
    <message>
        <source>Published points (snap) or roads (street)</source>
        <translation>Puntos publicados (ajuste) o vías (calle)</translation>
    </message>
    <message>
        <source>Published {}.</source>
        <translation>Publicado {}.</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Leídos</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>Rechazar</translation>
    </message>
    <message>
        <source>Refuse to make more links than</source>
        <translation>No crear más enlaces que</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Rechazados</translation>
    </message>
    <message>
        <source>Refused reports, with the reason</source>
        <translation>Reportes rechazados, por motivo</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Informe</translation>
    </message>
    <message>
        <source>Report number</source>
        <translation>Número de reporte</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>Reportes</translation>
    </message>
    <message>
        <source>Reports (protected places)</source>
        <translation>Reportes (lugares protegidos)</translation>
    </message>
    <message>
        <source>Reports attacked, at most</source>
        <translation>Reportes atacados, como máximo</translation>
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
        <source>Reports in the period</source>
        <translation>Reportes en el periodo</translation>
    </message>
    <message>
        <source>Reports published</source>
        <translation>Reportes publicados</translation>
    </message>
    <message>
        <source>Reports that may belong to another beat</source>
        <translation>Reportes que pueden pertenecer a otro cuadrante</translation>
    </message>
    <message>
        <source>Reports that were refused</source>
        <translation>Reportes que se rechazaron</translation>
    </message>
    <message>
        <source>Reports to count in both versions</source>
        <translation>Reportes que se cuentan en ambas versiones</translation>
    </message>
    <message>
        <source>Reports with beats</source>
        <translation>Reportes con cuadrante</translation>
    </message>
    <message>
        <source>Reports with date parts</source>
        <translation>Reportes con partes de la fecha</translation>
    </message>
    <message>
        <source>Reports with fences</source>
        <translation>Reportes con geocercas</translation>
    </message>
    <message>
        <source>Reports with their true places</source>
        <translation>Reportes con sus lugares verdaderos</translation>
    </message>
    <message>
        <source>Reports without a time that can be read are in no period, and not counted.</source>
        <translation>Los reportes sin una hora que se pueda leer no están en ningún período y no se cuentan.</translation>
    </message>
    <message>
        <source>Result of the self-test</source>
        <translation>Resultado de la autocomprobación</translation>
    </message>
    <message>
        <source>Rows of the crosswalk</source>
        <translation>Filas de la tabla de correspondencia</translation>
    </message>
    <message>
        <source>S&amp;tore</source>
        <translation>&amp;Almacén</translation>
    </message>
    <message>
        <source>Say which layer: as argument, or in the project variable “{}”.</source>
        <translation>Indique la capa: como argumento o en la variable de proyecto «{}».</translation>
    </message>
    <message>
        <source>Says for each report what the geofences do with it at intake: accept, escalate, withhold (counted, but no point is published) or refuse, and which fence decides. Fences may hold for some categories, days and hours only. Their edge belongs to them.</source>
        <translation>Dice para cada reporte qué hacen con él las geocercas al recibirlo: aceptar, elevar, retener (se cuenta, pero no se publica ningún punto) o rechazar, y qué geocerca decide. Las geocercas pueden valer solo para algunas categorías, días y horas. Su borde les pertenece.</translation>
    </message>
    <message>
        <source>Says what moved between two versions: which ground, how much of each beat, how many reports and people with it, and what is mere redrawing. The crosswalk adds up: what leaves the old beats is what the new ones gain. Give one layer with both versions, or two layers.</source>
        <translation>Dice qué cambió de una versión a otra: qué terreno, cuánto de cada cuadrante, cuántos reportes y personas con él, y qué es simple redibujo. La tabla de correspondencia cuadra: lo que sale de los cuadrantes antiguos es lo que ganan los nuevos. Indique una capa con ambas versiones, o dos capas.</translation>
    </message>
    <message>
        <source>Sectors</source>
        <translation>Sectores</translation>
    </message>
    <message>
        <source>Settin&amp;gs…</source>
        <translation>Confi&amp;guración…</translation>
    </message>
    <message>
        <source>Shifts: NAME=HH:MM-HH:MM, one a line</source>
        <translation>Turnos: NOMBRE=HH:MM-HH:MM, uno por línea</translation>
    </message>
    <message>
        <source>Shown in the layout {}: {}</source>
        <translation>Se muestra en la composición {}: {}</translation>
    </message>
    <message>
        <source>Snap: nearest point of a published list</source>
        <translation>Ajuste: el punto más cercano de una lista publicada</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Fuentes</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>Almacén</translation>
    </message>
    <message>
        <source>Store (empty: publish the reports below)</source>
        <translation>Almacén (vacío: publicar los reportes de abajo)</translation>
    </message>
    <message>
        <source>Stores</source>
        <translation>Almacenes</translation>
    </message>
    <message>
        <source>Street: as lattice, then on a road</source>
        <translation>Calle: como la retícula, y después sobre una vía</translation>
    </message>
    <message>
        <source>Syntax</source>
        <translation>Sintaxis</translation>
    </message>
    <message>
        <source>Takes a file of reports (CSV, GeoJSON, NDJSON, Open311) into a store: each is checked, tested against the geofences, given its beat, masked, and what is exact or personal is sealed under the public key of the agency. What cannot be taken in is refused with a reason and kept in quarantine; nothing is lost. Importing a file twice changes nothing. A store that does not exist is made, from beats and a policy.</source>
        <translation>Lleva un archivo de reportes (CSV, GeoJSON, NDJSON, Open311) a un almacén: cada uno se comprueba, se contrasta con las geocercas, recibe su cuadrante y su máscara, y lo exacto o personal se sella con la clave pública de la agencia. Lo que no puede admitirse se rechaza con un motivo y queda en cuarentena; nada se pierde. Importar un archivo dos veces no cambia nada. Un almacén que no existe se crea, a partir de cuadrantes y una política.</translation>
    </message>
    <message>
        <source>Test reports against geofences</source>
        <translation>Contrastar reportes con geocercas</translation>
    </message>
    <message>
        <source>The beat and how sure it is</source>
        <translation>El cuadrante y con qué seguridad</translation>
    </message>
    <message>
        <source>The beat that a point belongs to, or NULL where it is in none. An edge or corner gives one answer, always the same. &lt;i&gt;when&lt;/i&gt;: the date or time whose beats answer; the latest where it is missing. &lt;i&gt;beats&lt;/i&gt;: name or id of a layer of the project, or a file such as &lt;code&gt;beats.gpkg|layername=beats|id=BEAT_NUM&lt;/code&gt;; several (one for each version) as an array; the project variable &lt;i&gt;community_beats&lt;/i&gt; where it is missing. The point is in the CRS of its layer.</source>
        <translation>El cuadrante al que pertenece un punto, o NULL si no está en ninguno. Un borde o una esquina da una sola respuesta, siempre la misma. &lt;i&gt;when&lt;/i&gt;: la fecha u hora cuyos cuadrantes responden; si falta, los más recientes. &lt;i&gt;beats&lt;/i&gt;: nombre o identificador de una capa del proyecto, o un archivo como &lt;code&gt;beats.gpkg|layername=beats|id=BEAT_NUM&lt;/code&gt;; varios (uno por versión) como matriz; si falta, la variable de proyecto &lt;i&gt;community_beats&lt;/i&gt;. El punto está en el SRC de su capa.</translation>
    </message>
    <message>
        <source>The date for which beats answer. It moves with the temporal controller of the map, and moves it. Off: the latest beats.</source>
        <translation>La fecha para la que responden los cuadrantes. Se mueve con el controlador temporal del mapa, y lo mueve. Desactivada: los cuadrantes más recientes.</translation>
    </message>
    <message>
        <source>The file is no published overlay.</source>
        <translation>El archivo no es una capa publicada.</translation>
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
        <source>The layer has lines or areas where points are needed: choose a layer of points.</source>
        <translation>La capa tiene líneas o áreas donde se necesitan puntos: elija una capa de puntos.</translation>
    </message>
    <message>
        <source>The layer has no CRS: set it in Layer &gt; Set Layer CRS, then run again.</source>
        <translation>La capa no tiene SRC: establézcalo en Capa &gt; Establecer SRC de la capa y ejecute de nuevo.</translation>
    </message>
    <message>
        <source>The map cannot show this edition: {}</source>
        <translation>El mapa no puede mostrar esta edición: {}</translation>
    </message>
    <message>
        <source>The new beats have {} faults; the first: {} Check beat boundaries shows all of them.</source>
        <translation>Los cuadrantes nuevos tienen {} fallos; el primero: {} «Comprobar los límites de los cuadrantes» los muestra todos.</translation>
    </message>
    <message>
        <source>The new beats would lose their ids: call the field that names a beat as in the beats with their history.</source>
        <translation>Los cuadrantes nuevos perderían sus identificadores: llame al campo que nombra un cuadrante como en los cuadrantes con su historia.</translation>
    </message>
    <message>
        <source>The period ends before it begins: exchange its two dates.</source>
        <translation>El período termina antes de empezar: intercambie sus dos fechas.</translation>
    </message>
    <message>
        <source>The project has no CRS: choose one in Project &gt; Properties &gt; CRS.</source>
        <translation>El proyecto no tiene SRC: elija uno en Proyecto &gt; Propiedades &gt; SRC.</translation>
    </message>
    <message>
        <source>The self-test failed at: {}.</source>
        <translation>La autocomprobación falló en: {}.</translation>
    </message>
    <message>
        <source>The self-test passed.</source>
        <translation>La autocomprobación pasó.</translation>
    </message>
    <message>
        <source>The table by category has exact numbers: it is not made together with noise.</source>
        <translation>La tabla por categoría tiene números exactos: no se crea junto con ruido.</translation>
    </message>
    <message>
        <source>The time cannot be read: give a date, or text such as 2026-04-01T08:30.</source>
        <translation>No se puede leer la fecha y hora: indique una fecha, o un texto como 2026-04-01T08:30.</translation>
    </message>
    <message>
        <source>There is no store {} yet: to make it, give beats and the public sealing key (community keygen makes one).</source>
        <translation>Aún no existe el almacén {}: para crearlo, indique cuadrantes y la clave pública de sellado (community keygen crea una).</translation>
    </message>
    <message>
        <source>These are no coordinates that can be read. Write latitude and longitude in degrees, as in 41.88, -87.65.</source>
        <translation>No son coordenadas que puedan leerse. Escriba latitud y longitud en grados, como en 41.88, -87.65.</translation>
    </message>
    <message>
        <source>This exports exact positions of reports: {}.</source>
        <translation>Esto exporta posiciones exactas de reportes: {}.</translation>
    </message>
    <message>
        <source>This is a {} key, not a mask key: it is not kept.</source>
        <translation>Es una clave de tipo {}, no de enmascaramiento: no se guarda.</translation>
    </message>
    <message>
        <source>This point of the map is no place on the globe.</source>
        <translation>Este punto del mapa no es ningún lugar del globo.</translation>
    </message>
    <message>
        <source>This project shows exact positions: {}. Whoever gets the project and may read the files of these layers sees them.</source>
        <translation>Este proyecto muestra posiciones exactas: {}. Las ve cualquiera que reciba el proyecto y pueda leer los archivos de estas capas.</translation>
    </message>
    <message>
        <source>Tick one layer, or one for each version of the beats.</source>
        <translation>Marque una capa, o una por cada versión de los cuadrantes.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Fecha y hora</translation>
    </message>
    <message>
        <source>Time &amp;zone of the agency</source>
        <translation>&amp;Huso horario de la agencia</translation>
    </message>
    <message>
        <source>Time of the report</source>
        <translation>Fecha y hora del reporte</translation>
    </message>
    <message>
        <source>Time of the report: decides which version of the beats answers</source>
        <translation>Fecha y hora del reporte: decide qué versión de los cuadrantes responde</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>Huso horario</translation>
    </message>
    <message>
        <source>Time zone of times without one</source>
        <translation>Huso horario de las horas que no indican ninguno</translation>
    </message>
    <message>
        <source>Time zone of times without one (empty: the same)</source>
        <translation>Huso horario de las horas que no indican ninguno (vacío: el mismo)</translation>
    </message>
    <message>
        <source>To (first moment not counted)</source>
        <translation>Hasta (primer momento que no se cuenta)</translation>
    </message>
    <message>
        <source>To (first moment not published)</source>
        <translation>Hasta (primer momento que no se publica)</translation>
    </message>
    <message>
        <source>Totals</source>
        <translation>Totales</translation>
    </message>
    <message>
        <source>Version: {}</source>
        <translation>Versión: {}</translation>
    </message>
    <message>
        <source>Web pages</source>
        <translation>Páginas web</translation>
    </message>
    <message>
        <source>Weekly overlay</source>
        <translation>Capa publicada semanal</translation>
    </message>
    <message>
        <source>What a fence without a field “action” does</source>
        <translation>Qué hace una geocerca sin campo «action»</translation>
    </message>
    <message>
        <source>What a published dot promises, as a sentence for labels and layouts. &lt;i&gt;law&lt;/i&gt; and &lt;i&gt;radius_m&lt;/i&gt;: the fields of that name of a published overlay.</source>
        <translation>Qué garantiza un punto publicado, como frase para etiquetas y composiciones. &lt;i&gt;law&lt;/i&gt; y &lt;i&gt;radius_m&lt;/i&gt;: los campos de ese nombre de una capa publicada.</translation>
    </message>
    <message>
        <source>What is done every week, in one run: reports get their beats, the week from Monday to Sunday is counted by beat, and its protected overlay is published. Without a day it is the last whole week, so that a clock can start it. It is a model: take a copy of models/weeklyoverlay.model3 from the folder of the plugin, open it in the model designer, and change what your agency does otherwise.</source>
        <translation>Lo que se hace cada semana, en una sola ejecución: los reportes reciben sus cuadrantes, la semana de lunes a domingo se cuenta por cuadrante y se publica su capa protegida. Sin un día, es la última semana completa, de modo que un reloj puede iniciarla. Es un modelo: copie models/weeklyoverlay.model3 de la carpeta del complemento, ábralo en el diseñador de modelos y cambie lo que su agencia haga de otro modo.</translation>
    </message>
    <message>
        <source>What is missing</source>
        <translation>Qué falta</translation>
    </message>
    <message>
        <source>What the overlay counts</source>
        <translation>Qué cuenta la capa publicada</translation>
    </message>
    <message>
        <source>What was exported shows exact positions of reports: {}. Delete it if others might get it.</source>
        <translation>Lo que se exportó muestra posiciones exactas de reportes: {}. Elimínelo si otros pudieran obtenerlo.</translation>
    </message>
    <message>
        <source>Whether a point lies in any of the fences, whatever their rules say; their boundary belongs to them. &lt;i&gt;fences&lt;/i&gt;: name or id of a layer of polygons, or of points with a field radius_m, or a file; the project variable &lt;i&gt;community_fences&lt;/i&gt; where it is missing.</source>
        <translation>Si un punto está en alguna de las geocercas, digan lo que digan sus reglas; su borde les pertenece. &lt;i&gt;fences&lt;/i&gt;: nombre o identificador de una capa de polígonos, o de puntos con un campo radius_m, o un archivo; si falta, la variable de proyecto &lt;i&gt;community_fences&lt;/i&gt;.</translation>
    </message>
    <message>
        <source>Which &amp;beat?</source>
        <translation>¿&amp;Qué cuadrante?</translation>
    </message>
    <message>
        <source>Which beat?</source>
        <translation>¿Qué cuadrante?</translation>
    </message>
    <message>
        <source>Who sends (empty: the file's name)</source>
        <translation>Quién envía (vacío: el nombre del archivo)</translation>
    </message>
    <message>
        <source>Who sent the report</source>
        <translation>Quién envió el reporte</translation>
    </message>
    <message>
        <source>Whose clocks (such as America/Chicago)</source>
        <translation>De quién son los relojes (por ejemplo, America/Bogota)</translation>
    </message>
    <message>
        <source>Why (order, ordinance)</source>
        <translation>Por qué (orden, ordenanza)</translation>
    </message>
    <message>
        <source>Withheld</source>
        <translation>Retenidos</translation>
    </message>
    <message>
        <source>Withheld reports</source>
        <translation>Reportes retenidos</translation>
    </message>
    <message>
        <source>Withheld: no dot shows where this report is.</source>
        <translation>Retenido: ningún punto muestra dónde está este reporte.</translation>
    </message>
    <message>
        <source>Withhold</source>
        <translation>Retener</translation>
    </message>
    <message>
        <source>Within every limit</source>
        <translation>Dentro de todos los límites</translation>
    </message>
    <message>
        <source>Within every limit.</source>
        <translation>Dentro de todos los límites.</translation>
    </message>
    <message>
        <source>Writes what the policy lets out, and nothing else: beats with their counts, small ones suppressed; protected points with the radius that each promises; styles, times and a description, in one GeoPackage that replaces the old one in one step, so that nobody reads half of it. From a store, or straight from a layer of reports and beats, which then leave no trace.</source>
        <translation>Escribe lo que la política deja salir, y nada más: cuadrantes con sus recuentos, suprimidos los pequeños; puntos protegidos con el radio que garantiza cada uno; estilos, tiempos y una descripción, en un GeoPackage que sustituye al anterior de una sola vez, de modo que nadie lea la mitad. Desde un almacén, o directamente desde una capa de reportes y cuadrantes, que entonces no dejan rastro.</translation>
    </message>
    <message>
        <source>a mask that moves a place</source>
        <translation>una máscara que desplaza un lugar</translation>
    </message>
    <message>
        <source>a number of</source>
        <translation>un número de</translation>
    </message>
    <message>
        <source>a point on an edge</source>
        <translation>un punto sobre un borde</translation>
    </message>
    <message>
        <source>beat,district,sector,point in polygon,join,spatial join,police,patrol</source>
        <translation>cuadrante,distrito,sector,cuadrícula,punto en polígono,unión espacial,policía,patrulla</translation>
    </message>
    <message>
        <source>count,choropleth,rate,change,poisson,differential privacy,statistics,beat,period</source>
        <translation>recuento,coropletas,tasa,cambio,poisson,privacidad diferencial,estadística,cuadrante,periodo</translation>
    </message>
    <message>
        <source>date,time,hour,weekday,week,shift,watch,time zone,daylight saving,night</source>
        <translation>fecha,tiempo,hora,día de la semana,semana,turno,guardia,huso horario,horario de verano,noche</translation>
    </message>
    <message>
        <source>demo,example,sample data,training,synthetic,port linden</source>
        <translation>demostración,ejemplo,datos de muestra,formación,sintético,port linden</translation>
    </message>
    <message>
        <source>duplicate,near repeat,same incident,many callers,space time,match,link,group</source>
        <translation>duplicado,repetición cercana,mismo incidente,muchos llamantes,espacio tiempo,coincidencia,enlace,grupo</translation>
    </message>
    <message>
        <source>empty: found by itself</source>
        <translation>vacío: se detecta</translation>
    </message>
    <message>
        <source>found</source>
        <translation>se detecta</translation>
    </message>
    <message>
        <source>geofence,protected place,refuse,withhold,escalate,school,hospital</source>
        <translation>geocerca,lugar protegido,rechazar,retener,elevar,escuela,hospital</translation>
    </message>
    <message>
        <source>geomasking,anonymise,anonymize,fuzz,jitter,displace,donut,obfuscate,privacy,planar laplace</source>
        <translation>geoenmascaramiento,anonimizar,difuminar,desplazar,anillo,ofuscar,privacidad,laplace plano</translation>
    </message>
    <message>
        <source>has no position</source>
        <translation>no tiene posición</translation>
    </message>
    <message>
        <source>import,csv,geojson,open311,intake,quarantine,store,seal</source>
        <translation>importar,csv,geojson,open311,recepción,cuarentena,almacén,sello</translation>
    </message>
    <message>
        <source>in a gap between beats; this is the nearest</source>
        <translation>en un hueco entre cuadrantes; este es el más cercano</translation>
    </message>
    <message>
        <source>in place</source>
        <translation>en lugar</translation>
    </message>
    <message>
        <source>in place and time</source>
        <translation>en lugar y tiempo</translation>
    </message>
    <message>
        <source>in time</source>
        <translation>en tiempo</translation>
    </message>
    <message>
        <source>inside</source>
        <translation>dentro</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>ahora mismo</translation>
    </message>
    <message>
        <source>libcommunity was not found, or is not the one that is needed. Install it with “./dev install” from its source folder, or give its path in Settings &gt; Options &gt; Community reports. Tried:</source>
        <translation>No se encontró libcommunity, o no es la que se necesita. Instálela con «./dev install» desde la carpeta de su código fuente, o indique su ruta en Configuración &gt; Opciones &gt; Reportes ciudadanos. Se intentó:</translation>
    </message>
    <message>
        <source>libcommunity {} from {}</source>
        <translation>libcommunity {} de {}</translation>
    </message>
    <message>
        <source>no version of the beats covers this date</source>
        <translation>ninguna versión de los cuadrantes cubre esta fecha</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguno</translation>
    </message>
    <message>
        <source>on an edge that beats share</source>
        <translation>sobre un borde que comparten cuadrantes</translation>
    </message>
    <message>
        <source>outside every beat</source>
        <translation>fuera de todos los cuadrantes</translation>
    </message>
    <message>
        <source>points in beats</source>
        <translation>puntos en cuadrantes</translation>
    </message>
    <message>
        <source>privacy,risk,attack,k-anonymity,disclosure,reidentification,displacement,averaging</source>
        <translation>privacidad,riesgo,ataque,k-anonimato,revelación,reidentificación,desplazamiento,promediado</translation>
    </message>
    <message>
        <source>publish,overlay,open data,map,suppression,small cells,mask,release</source>
        <translation>publicar,capa,datos abiertos,mapa,supresión,celdas pequeñas,máscara,publicación</translation>
    </message>
    <message>
        <source>radius_m must be a number of metres.</source>
        <translation>radius_m debe ser un número de metros.</translation>
    </message>
    <message>
        <source>redistricting,crosswalk,realignment,boundary change,beat,version,areal weighting</source>
        <translation>redistribución,correspondencia,realineación,cambio de límites,cuadrante,versión,ponderación por área</translation>
    </message>
    <message>
        <source>redistricting,realignment,valid from,valid to,history,version,beat</source>
        <translation>redistribución,realineación,vigente desde,vigente hasta,historia,versión,cuadrante</translation>
    </message>
    <message>
        <source>row {} of the layer</source>
        <translation>fila {} de la capa</translation>
    </message>
    <message>
        <source>the latest beats</source>
        <translation>los cuadrantes más recientes</translation>
    </message>
    <message>
        <source>the layer</source>
        <translation>la capa</translation>
    </message>
    <message>
        <source>the same mask for the same report</source>
        <translation>la misma máscara para el mismo reporte</translation>
    </message>
    <message>
        <source>topology,gap,overlap,sliver,validity,boundary,beat,quality</source>
        <translation>topología,hueco,solape,astilla,validez,límite,cuadrante,calidad</translation>
    </message>
    <message>
        <source>weekly,job,cron,model,schedule,meeting,overlay</source>
        <translation>semanal,tarea,cron,modelo,programación,reunión,capa publicada</translation>
    </message>
    <message>
        <source>where beats overlap</source>
        <translation>donde se solapan cuadrantes</translation>
    </message>
    <message>
        <source>{fault} faults, {doubt} doubts</source>
        <translation>{fault} fallos, {doubt} dudas</translation>
    </message>
    <message>
        <source>{} beats, {} without a number</source>
        <translation>{} cuadrantes, {} sin número</translation>
    </message>
    <message>
        <source>{} days ago</source>
        <translation>hace {} días</translation>
    </message>
    <message>
        <source>{} has no field {}: masked layers must say which report a point is.</source>
        <translation>{} no tiene el campo {}: las capas enmascaradas deben decir qué reporte es cada punto.</translation>
    </message>
    <message>
        <source>{} hours ago</source>
        <translation>hace {} horas</translation>
    </message>
    <message>
        <source>{} is the store itself. Remove it from the project: QGIS changes how the store is written.</source>
        <translation>{} es el almacén mismo. Quítelo del proyecto: QGIS cambia la forma en que se escribe el almacén.</translation>
    </message>
    <message>
        <source>{} minutes ago</source>
        <translation>hace {} minutos</translation>
    </message>
    <message>
        <source>{} reports are withheld: mask_note says why.</source>
        <translation>{} reportes están retenidos: mask_note dice por qué.</translation>
    </message>
    <message>
        <source>{} reports have a time that cannot be read; the latest beats answered for them.</source>
        <translation>{} reportes tienen una fecha y hora que no se puede leer; por ellos respondieron los cuadrantes más recientes.</translation>
    </message>
    <message>
        <source>{} reports speak of danger to life: read them now.</source>
        <translation>{} reportes hablan de peligro para la vida: léalos ahora.</translation>
    </message>
    <message>
        <source>{} reports, {} points</source>
        <translation>{} reportes, {} puntos</translation>
    </message>
    <message>
        <source>{}: {} has no field {}; it has: {}</source>
        <translation>{}: {} no tiene el campo {}; tiene: {}</translation>
    </message>
    <message>
        <source>{}: {} is read by this run and would be lost: write to another file.</source>
        <translation>{}: esta ejecución lee {} y se perdería: escriba en otro archivo.</translation>
    </message>
    <message>
        <source>“{}” is neither a layer of the project nor a file.</source>
        <translation>«{}» no es ni una capa del proyecto ni un archivo.</translation>
    </message>
</context>
</TS>
