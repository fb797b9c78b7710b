/**
 * Opsheet: a menu that ticks the "Refresh now" box. Optional; ticking the box by hand is the same.
 * Paste it under Extensions > Apps Script, save, and reload the spreadsheet (docs/google.md).
 */
const BOX = 'ops_refresh';

const TEXTS = {
  en: {
    item: 'Refresh now',
    asked: 'Asked for. The sheet is refreshed within a minute or two.',
    none: 'There is no "Refresh now" box yet. It comes with the first fill.',
  },
  zh: {
    item: '立即刷新',
    asked: '已提交，一两分钟内刷新。',
    none: '尚无“立即刷新”复选框，首次填充后出现。',
  },
};

function texts() {
  const locale = SpreadsheetApp.getActive().getSpreadsheetLocale() || '';
  return locale.startsWith('zh') ? TEXTS.zh : TEXTS.en;
}

function onOpen() {
  SpreadsheetApp.getUi().createMenu('Opsheet').addItem(texts().item, 'opsheetRefresh').addToUi();
}

function opsheetRefresh() {
  const book = SpreadsheetApp.getActive();
  const box = book.getRangeByName(BOX);
  if (box) {
    box.check();
  }
  book.toast(box ? texts().asked : texts().none, 'Opsheet');
}
