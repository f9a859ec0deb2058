from django.urls import path

from anning.ui.records.views import bulk, details, edits, exports, imports, lists, maps, prints

app_name = "records"
urlpatterns = [
    path("jobs/", exports.jobs_page, name="jobs"),
    path("jobs/<slug:uid>/", exports.job_row, name="job"),
    path("jobs/<slug:uid>/file/", exports.job_file, name="job_file"),
    path("r/<slug:register>/", lists.list_page, name="list"),
    path("r/<slug:register>/preference/", lists.keep_preference, name="preference"),
    path("r/<slug:register>/choices/<slug:field>/", lists.choices, name="choices"),
    path("r/<slug:register>/add/", edits.add_page, name="add"),
    path("r/<slug:register>/bulk/edit/", bulk.bulk_edit_page, name="bulk_edit"),
    path("r/<slug:register>/bulk/delete/", bulk.bulk_delete_page, name="bulk_delete"),
    path("r/<slug:register>/deleted/", edits.deleted_page, name="deleted"),
    path("r/<slug:register>/deleted/<slug:uid>/restore/", edits.restore, name="restore"),
    path("r/<slug:register>/import/", imports.upload_page, name="import"),
    path("r/<slug:register>/import/template/", imports.template_file, name="import_template"),
    path("r/<slug:register>/import/<int:batch>/", imports.batch_page, name="batch"),
    path("r/<slug:register>/import/<int:batch>/marked/", imports.marked_file, name="batch_marked"),
    path("r/<slug:register>/import/<int:batch>/undo/", imports.undo, name="batch_undo"),
    path("r/<slug:register>/export/", exports.export_file, name="export"),
    path("r/<slug:register>/print/", prints.list_print, name="list_print"),
    path("r/<slug:register>/word/", prints.list_word, name="list_word"),
    path("r/<slug:register>/map/", maps.map_page, name="map"),
    path("r/<slug:register>/map.geojson", maps.features, name="features"),
    path("r/<slug:register>/<slug:key>/", details.detail_page, name="detail"),
    path("r/<slug:register>/<slug:key>/edit/", edits.edit_page, name="edit"),
    path("r/<slug:register>/<slug:key>/delete/", edits.delete_page, name="delete"),
    path("r/<slug:register>/<slug:key>/history/", details.history_page, name="history"),
    path("r/<slug:register>/<slug:key>/print/", prints.record_print, name="print"),
    path("r/<slug:register>/<slug:key>/word/", prints.record_word, name="word"),
    path("r/<slug:register>/<slug:key>/text/", details.text_page, name="text"),
    path("r/<slug:register>/<slug:key>/reveal/<slug:field>/", details.reveal, name="reveal"),
]
