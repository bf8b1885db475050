#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The precision guard in the desktop of QGIS: dialogs, tasks and layouts that only the desktop has.

    desktop_guard.py       start QGIS on a screen that nobody sees, with this as start-up script
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

POINTS = "Point?crs=EPSG:4326&field=a:int"
SAVE, DXF, IMAGE = "mActionLayerSaveAs", "mActionDxfExport", "mActionSaveMapAsImage"


class Scenario:
    """Inside QGIS. What is found goes into `said`."""

    def __init__(self):
        from qgis.core import QgsProject
        from qgis.utils import iface, plugins

        self.iface, self.window = iface, iface.mainWindow()
        self.desktop, self.said = plugins["community_reports"].desktop, []
        self.project = QgsProject.instance()
        self.window.setGeometry(0, 0, 1400, 900)

    def wait(self, what, condition):
        from qgis.PyQt.QtWidgets import QApplication

        end = time.monotonic() + 60
        while not (found := condition()):
            assert time.monotonic() < end, f"waited in vain for {what}"
            QApplication.processEvents()
            time.sleep(0.02)
        return found

    def add(self, name, exact):
        from community_reports import precision
        from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer

        layer = QgsVectorLayer(POINTS, name, "memory")
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(-90, 45)))
        layer.dataProvider().addFeatures([feature])
        if exact:
            precision.mark_exact(layer)
        self.project.addMapLayer(layer)
        return layer

    def texts(self, bar):
        return [item.text() for item in bar.items()]

    def dialog(self, action, kind, then):
        """Open a dialog by its action; `then(dialog)` ends it."""
        from qgis.PyQt.QtCore import QTimer
        from qgis.PyQt.QtWidgets import QAction, QApplication

        failures = []

        def look():
            try:
                found = self.wait(kind, lambda: [w for w in QApplication.topLevelWidgets() if
                                                 w.metaObject().className() == kind
                                                 and w.isVisible()])
                then(found[0])
            except BaseException:
                failures.append(traceback.format_exc())
                for widget in QApplication.topLevelWidgets():
                    if widget is not self.window and hasattr(widget, "reject"):
                        widget.reject()

        QTimer.singleShot(300, look)
        self.window.findChild(QAction, action).trigger()
        self.wait(f"the end of {kind}", lambda: failures or not [
            w for w in QApplication.topLevelWidgets()
            if w.metaObject().className() == kind and w.isVisible()])
        assert not failures, failures[0]

    def warned(self, dialog):
        """Nobody manages windows here: the focus is given by hand to what is not modal."""
        from qgis.PyQt.QtWidgets import QComboBox, QLabel

        dialog.activateWindow()
        dialog.findChild(QComboBox).setFocus()
        label = self.wait("the warning", lambda: dialog.findChild(QLabel, "communityExportWarning"))
        assert "my points" in label.text() and label.isVisible()
        self.said.append(f"{dialog.metaObject().className()}: {label.text()}")
        dialog.close()

    def save_as(self, path):
        from qgis.gui import QgsFileWidget

        def fill(dialog):
            dialog.findChild(QgsFileWidget, "mFilename").setFilePath(path)
            dialog.accept()

        self.dialog(SAVE, "QgsVectorLayerSaveAsDialog", fill)
        return self.wait("the saved layer", lambda: [
            layer for layer in self.project.mapLayers().values() if path in layer.source()])[0]

    def run(self):
        from community_reports import precision
        from qgis.core import QgsLayoutItemMap, QgsPrintLayout
        from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, QRectF

        folder = os.environ["SCRATCH"]
        exact, other = self.add("my points", True), self.add("others", False)
        bar = self.iface.messageBar()
        self.wait("the warning", lambda: any("my points" in t for t in self.texts(bar)))
        self.iface.setActiveLayer(exact)
        for action, kind in ((SAVE, "QgsVectorLayerSaveAsDialog"), (DXF, "QgsDxfExportDialog"),
                             (IMAGE, "QgsMapSaveDialog")):
            self.dialog(action, kind, self.warned)
        saved = self.save_as(f"{folder}/saved.gpkg")
        self.wait("its mark", lambda: precision.is_exact(saved))
        assert any("being saved to a file" in text for text in self.texts(bar))
        self.iface.setActiveLayer(other)
        assert not precision.is_exact(self.save_as(f"{folder}/another.gpkg"))
        self.said.append("the mark goes along with what is saved, and nothing else gets it")

        layout = QgsPrintLayout(self.project)
        layout.initializeDefaults()
        layout.setName("Council")
        item = QgsLayoutItemMap(layout)
        item.attemptSetSceneRect(QRectF(20, 20, 200, 150))
        layout.addLayoutItem(item)
        self.project.layoutManager().addLayout(layout)
        designer = self.iface.openLayoutDesigner(layout)
        said = self.wait("the layout's warning", lambda: self.texts(designer.messageBar()))
        assert "my points" in said[0] and "others" not in said[0]
        assert "Shown in the layout Council" in self.desktop.dock.exact.text()
        self.said.append(f"layout: {said[0]}")
        designer.close()
        self.wait("the layout to close", lambda: not self.iface.openLayoutDesigners())

        import qgis.utils

        assert qgis.utils.unloadPlugin("community_reports")
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        left = [thing.objectName() for thing in self.window.findChildren(QObject)
                if thing.objectName().startswith("community")]
        assert left == []
        assert qgis.utils.loadPlugin("community_reports")
        assert qgis.utils.startPlugin("community_reports")
        self.said.append("unloaded without a trace, and loaded again")


def inside():
    from qgis.core import QgsProject
    from qgis.PyQt.QtCore import QTimer

    failure, said = "", []
    try:
        scenario = Scenario()
        said = scenario.said
        scenario.run()
    except BaseException:  # whatever it was is told, and QGIS ends
        failure = traceback.format_exc()
    with open(os.environ["REPORT"], "w", encoding="utf-8") as report:
        json.dump({"said": said, "failure": failure}, report)
    QgsProject.instance().setDirty(False)
    QTimer.singleShot(0, lambda: os._exit(0))


def main():
    from desktop import screen
    from environment import absent, environment

    if absent() or not shutil.which("Xvfb"):
        print(f"SKIP: QGIS desktop: {absent() or 'install xvfb'}")
        return 77
    with tempfile.TemporaryDirectory() as name, screen() as display:
        folder = pathlib.Path(name)
        report = folder / "report.json"
        done = subprocess.run(
            ["/usr/bin/qgis.bin", "--nologo", "--noversioncheck", "--nocustomization",
             "--profiles-path", folder / "home/.local/share/QGIS/QGIS3", "--code", __file__],
            env=environment(folder, QT_QPA_PLATFORM="xcb", DISPLAY=display, SCRATCH=str(folder),
                            LIBGL_ALWAYS_SOFTWARE="1", REPORT=str(report)),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=240, check=False)
        if not report.exists():
            print(f"QGIS ended with {done.returncode}:\n{done.stdout[-3000:]}")
            return 1
        found = json.loads(report.read_text(encoding="utf-8"))
    print("\n".join(found["said"]))
    print(found["failure"])
    return 1 if found["failure"] else 0


if "REPORT" in os.environ and "qgis.utils" in sys.modules:
    from qgis.PyQt.QtCore import QTimer as _Timer

    _Timer.singleShot(1500, inside)
elif __name__ == "__main__":
    sys.exit(main())
